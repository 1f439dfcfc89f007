/** The first words with a server, on either wire: what is spoken, and what it can do. */
import type { Timers } from '../../model/clock.ts'
import type { ClientAbilities, EraChoice } from '../../model/server-target.ts'
import type { Era } from '../eras/era.ts'
import { legacyEra, readTaskSupport } from '../eras/legacy.ts'
import {
  clientCapabilitiesKey,
  headerMismatch,
  missingClientCapability,
  modernEra,
  protocolVersionKey,
  tasksExtension,
  unsupportedVersion,
} from '../eras/modern.ts'
import { isRecord, type JsonRecord, listAt, recordAt, stringAt } from '../wire/json-record.ts'
import type { RpcError } from '../wire/rpc-message.ts'
import { hostingCapabilities } from './hosted-tasks.ts'
import { type AnswerOrGone, type RpcPeer, undelivered } from './rpc-peer.ts'
import type { ServerWire } from './server-wire.ts'

/** What both sides agreed on. */
export interface Agreement {
  readonly era: Era
  readonly version: string
  readonly server: JsonRecord | undefined
  /** Whether it takes `tools/call` as a task, and `tasks/cancel`. */
  readonly tasks: boolean
  readonly cancel: boolean
  readonly tools: boolean
}

/** `undefined` when the server went away meanwhile. */
export type Handshake =
  | { readonly ok: true; readonly agreed: Agreement }
  | { readonly ok: false; readonly error: string }

export interface HandshakeOptions {
  readonly peer: RpcPeer
  readonly wire: ServerWire
  readonly timers: Timers
  readonly choice: EraChoice
  readonly abilities: ClientAbilities
  readonly clientInfo: JsonRecord
  readonly probeMs: number
  /** Something that a person should see on the way. */
  readonly say: (text: string) => void
}

const modernCodes = new Set([headerMismatch, missingClientCapability, unsupportedVersion])

export async function shakeHands(options: HandshakeOptions): Promise<Handshake | undefined> {
  if (options.choice === 'legacy') return initialize(options)
  if (options.choice === 'modern') return readDiscovery(await discover(options))
  options.say('asks server/discover to find out which wire it speaks')
  const answer = await withinProbe(discover(options), options)
  if (answer === undefined) return undefined
  if (answer !== 'silent' && (answer.kind === 'result' || isModern(answer.error, options.wire))) {
    return readDiscovery(answer)
  }
  if (answer !== 'silent' && answer.error.code === undelivered && !answer.error.message.startsWith('HTTP 4')) {
    return { ok: false, error: `The server cannot be reached: ${answer.error.message}.` }
  }
  const why = answer === 'silent' ? 'no answer' : answer.error.message
  options.say(`speaks the legacy wire, since it does not know server/discover: ${why}`)
  return initialize(options)
}

/** What every request on the modern wire says of its sender. @param tasks whether the server may answer with a task */
export function modernCapabilities(abilities: ClientAbilities, tasks: boolean): JsonRecord {
  return { ...capabilitiesOf(abilities), ...(tasks ? { extensions: { [tasksExtension]: {} } } : {}) }
}

function capabilitiesOf({ sampling = false, roots = false }: ClientAbilities): JsonRecord {
  return { elicitation: { form: {} }, ...(sampling ? { sampling: {} } : {}), ...(roots ? { roots: {} } : {}) }
}

function isModern(error: RpcError, { transport }: ServerWire): boolean {
  return transport === 'stdio' ? error.code === unsupportedVersion : modernCodes.has(error.code)
}

function discover({ peer, clientInfo, abilities }: HandshakeOptions): Promise<AnswerOrGone> {
  const meta = {
    [protocolVersionKey]: modernEra.protocolVersion,
    [clientCapabilitiesKey]: modernCapabilities(abilities, true),
    'io.modelcontextprotocol/clientInfo': clientInfo,
  }
  peer.dress = (params) => ({ ...params, _meta: { ...meta, ...recordAt(params, '_meta') } })
  return peer.request('server/discover', {})
}

function withinProbe(answer: Promise<AnswerOrGone>, options: HandshakeOptions): Promise<AnswerOrGone | 'silent'> {
  return new Promise((resolve) => {
    const stop = options.timers.after(options.probeMs, () => resolve('silent'))
    void answer.then((given) => {
      stop()
      resolve(given)
    })
  })
}

function readDiscovery(answer: AnswerOrGone): Handshake | undefined {
  if (answer === undefined) return undefined
  if (answer.kind === 'error') return { ok: false, error: refusal('server/discover', answer.error) }
  const versions = listAt(answer.result, 'supportedVersions').filter((version) => typeof version === 'string')
  if (!versions.includes(modernEra.protocolVersion)) {
    return { ok: false, error: `The server speaks ${versions.join(', ') || 'no revision that it names'}.` }
  }
  const capabilities = recordAt(answer.result, 'capabilities')
  const tasks = isRecord(recordAt(capabilities, 'extensions')?.[tasksExtension])
  return {
    ok: true,
    agreed: {
      era: modernEra,
      version: modernEra.protocolVersion,
      server: recordAt(recordAt(answer.result, '_meta'), 'io.modelcontextprotocol/serverInfo'),
      tasks,
      cancel: tasks,
      tools: recordAt(capabilities, 'tools') !== undefined,
    },
  }
}

async function initialize({ peer, wire, abilities, clientInfo }: HandshakeOptions): Promise<Handshake | undefined> {
  peer.dress = (params) => params
  const answer = await peer.request('initialize', {
    protocolVersion: legacyEra.protocolVersion,
    capabilities: { ...capabilitiesOf(abilities), tasks: hostingCapabilities(abilities.sampling === true) },
    clientInfo,
  })
  if (answer === undefined) return undefined
  if (answer.kind === 'error') return { ok: false, error: refusal('initialize', answer.error) }
  const version = stringAt(answer.result, 'protocolVersion')
  if (version === undefined) return { ok: false, error: 'The server answered initialize without a protocol version.' }
  wire.agreed(version)
  peer.notify('notifications/initialized', {})
  const capabilities = recordAt(answer.result, 'capabilities')
  const support = readTaskSupport(capabilities)
  return {
    ok: true,
    agreed: {
      era: legacyEra,
      version,
      server: recordAt(answer.result, 'serverInfo'),
      tasks: support.toolsCall,
      cancel: support.cancel,
      tools: recordAt(capabilities, 'tools') !== undefined,
    },
  }
}

function refusal(method: string, { code, message }: RpcError): string {
  if (code === undelivered) return `The server cannot be reached: ${message}.`
  return `The server refused ${method}: ${message} (${code}).`
}
