/**
 * Receiving OTLP, composed: which traces have tasks goes to the receiver, what it hands on becomes events, and a
 * person's choice decides whether it runs at all. Nothing is opened while it is off.
 */
import { randomBytes } from 'node:crypto'
import type { CommandResult } from '../feed/app-commands.ts'
import type { ReceiveSettings, ReceiveStatus } from '../feed/receive-status.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { Emit } from '../model/stamp.ts'
import type { Registry } from '../registry/registry.ts'
import { localPort } from '../telemetry/receive/own-endpoint.ts'
import { createReceiver } from '../telemetry/receive/receiver.ts'
import { receiverEnvironment } from '../telemetry/receive/server-environment.ts'
import type { TraceBatch } from '../telemetry/receive/trace-shelf.ts'
import { createTaskTraces } from './task-traces.ts'
import { createToldPrograms } from './told-programs.ts'

export interface ReceivingOptions {
  readonly registry: Registry
  readonly clock: Clock
  readonly timers: Timers
  /** Absolute path of the built receiver; without it nothing can be received. */
  readonly entry: string | undefined
  /** Names this run of the application. */
  readonly instance: string
  readonly emit: Emit
  /** Where this application's own spans are sent. */
  readonly exportsTo: () => readonly string[]
  readonly onChange: () => void
}

export interface Receiving {
  /** Receives as chosen from now on. Resolves when it listens, or with why it cannot. */
  configure(chosen: ReceiveSettings): Promise<CommandResult<undefined>>
  /** As chosen; in the mode `token` always with the token. */
  settings(): ReceiveSettings
  status(): ReceiveStatus
  /** What a program that is launched with this environment gets in addition, so that its spans come here. */
  environmentFor(given: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>>
  /** Why nothing may be exported to this address: it is the one where we receive. */
  whyNotExportTo(endpoint: string): string | undefined
  close(): Promise<void>
}

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp-default-port */
const standardPort = 4318
/** Where to go when the wanted port is taken; after it, anywhere. */
const secondPort = 14_318

export function createReceiving(options: ReceivingOptions): Receiving {
  const { registry, clock, timers, entry, emit, onChange } = options
  const told = createToldPrograms()
  let settings: ReceiveSettings = { mode: 'off' }
  let problem: string | undefined
  /** Choices are carried out one after the other: each has its receiver, or none, before the next begins. */
  let turn: Promise<unknown> = Promise.resolve()
  const receiver =
    entry === undefined
      ? undefined
      : createReceiver({
          entry,
          instance: options.instance,
          clock,
          timers,
          known: () => traces.ids(),
          onTraces: (batches) => batches.forEach(handOn),
          onChange,
        })

  const traces = createTaskTraces({
    registry,
    came: (traceId) => receiver?.know(traceId),
    went: (traceId) => receiver?.forget(traceId),
  })

  function handOn({ traceId, spans, logs, bytes, lost }: TraceBatch): void {
    emit({ kind: 'trace.received', traceId, spans, logs, bytes, ...(lost > 0 && { lost }) })
  }

  async function stop(): Promise<void> {
    traces.stop()
    await receiver?.close()
  }

  async function open(chosen: ReceiveSettings): Promise<CommandResult<undefined>> {
    const wanted = chosen.port ?? standardPort
    const exported = new Set(options.exportsTo().map(localPort))
    const ports = [wanted, secondPort, 0].filter((port) => !exported.has(port))
    traces.watch()
    const opened = await receiver?.open({ ports, token: chosen.mode === 'token' ? chosen.token : undefined })
    if (opened === undefined) return { ok: false, error: 'this program cannot receive spans' }
    if (!opened.ok) return { ok: false, error: `Spans cannot be received: ${opened.text}` }
    if (opened.port !== wanted && wanted !== 0) {
      const why = exported.has(wanted) ? 'is where spans are exported to' : 'is taken by another program'
      problem = `port ${wanted} ${why}, so spans are received on port ${opened.port}`
    }
    return { ok: true, value: undefined }
  }

  async function configure(chosen: ReceiveSettings): Promise<CommandResult<undefined>> {
    problem = undefined
    if (chosen.mode === 'off') {
      settings = chosen
      await stop()
      onChange()
      return { ok: true, value: undefined }
    }
    const token = chosen.token ?? settings.token ?? randomBytes(24).toString('base64url')
    settings = { ...chosen, ...(chosen.mode === 'token' && { token }) }
    const answer = await open(settings)
    if (!answer.ok) {
      problem = answer.error
      await stop()
    }
    onChange()
    return answer
  }

  /** The token that is wanted now, if any. */
  function wantedToken(): string | undefined {
    return settings.mode === 'token' ? settings.token : undefined
  }

  return {
    configure(chosen) {
      const done = turn.then(() => configure(chosen))
      turn = done
      return done
    },
    settings: () => settings,
    status() {
      const { port, counts, failure, lastError, lastErrorAt } = receiver?.status() ?? {}
      const wanted = settings.mode !== 'off'
      const moved = port === undefined ? undefined : told.outdated({ port, token: wantedToken() })
      const said = [failure ?? problem, moved].filter((text) => text !== undefined).join('; ')
      const {
        received = 0,
        matched = 0,
        waiting = 0,
        repeated = 0,
        lost = {},
        shortened = 0,
        refused = 0,
      } = counts ?? {}
      return {
        light: port !== undefined ? 'listening' : wanted ? 'failing' : 'off',
        ...(port !== undefined && { endpoint: `http://127.0.0.1:${port}` }),
        ...(said !== '' && { problem: said }),
        ...{ received, matched, waiting, repeated, lost, shortened, refused },
        ...(lastError !== undefined && { lastError }),
        ...(lastErrorAt !== undefined && { lastErrorAt }),
      }
    },
    environmentFor(given) {
      const port = receiver?.status().port
      if (port === undefined) return {}
      const now = { port, token: wantedToken() }
      const added = receiverEnvironment(now, given)
      if (Object.keys(added).length > 0) told.note(now)
      return added
    },
    whyNotExportTo(endpoint) {
      const port = receiver?.status().port
      if (port === undefined || localPort(endpoint) !== port) return undefined
      return `port ${port} is where Taskscope itself receives spans: enter the address of a collector, or stop receiving`
    },
    async close() {
      await turn
      await stop()
    },
  }
}
