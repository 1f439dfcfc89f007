/** A connection to a scripted server (or a real one) with its events at hand; `release` ends what a test started. */
import { spawn } from 'node:child_process'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { ConnectionLimits } from '../../../../core/mcp/client/connection-limits.ts'
import { type ConnectOptions, connectServer } from '../../../../core/mcp/client/connection-source.ts'
import { you } from '../../../../core/model/actor.ts'
import type { ControlVerb } from '../../../../core/model/control.ts'
import type { TaskEvent, TaskEventKind } from '../../../../core/model/event.ts'
import { controlId, nodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'
import type { ServerLaunch, ServerTarget } from '../../../../core/model/server-target.ts'
import { systemClock, systemTimers } from '../../../../core/system/system-clock.ts'

type EventOf<Kind extends TaskEventKind> = Extract<TaskEvent, { kind: Kind }>

const patienceMs = 20_000
// A server gets a short environment, in which Electron running as Node would start a window instead.
export const nodeProgram = process.versions.electron === undefined ? process.execPath : 'node'
const open: { close(reason: string): Promise<void> }[] = []

/** Under Electron's own Node the same binary is only Node when it is told so. */
export const nodeEnv: Readonly<Record<string, string>> =
  process.env.ELECTRON_RUN_AS_NODE === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }

export function fixtureServer(file: string): ServerLaunch {
  const path = fileURLToPath(new URL(`../../../fixtures/servers/${file}`, import.meta.url))
  return { name: file.replace('.mjs', ''), command: nodeProgram, args: [path], env: {} }
}

export function everythingServer(): ServerLaunch {
  const url = import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js')
  return { name: 'everything', command: nodeProgram, args: [fileURLToPath(url), 'stdio'], env: nodeEnv }
}

/** The same server in its own HTTP mode, on a free port; rejects when it does not begin to listen. */
export async function everythingOverHttp(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const { command, args } = everythingServer()
  const env = { PATH: process.env.PATH ?? '', PORT: String(port), ...nodeEnv }
  const child = spawn(command, [...args.slice(0, -1), 'streamableHttp'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('listening')) resolve()
    })
    child.once('exit', () => reject(new Error(`server-everything does not serve over HTTP: ${said}`)))
  })
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    stop() {
      child.kill('SIGKILL')
      return exited
    },
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

export function connect(
  target: ServerTarget,
  limits: Partial<ConnectionLimits> = {},
  more: Pick<ConnectOptions, 'kept' | 'authorizer'> = {},
) {
  const source = sourceId('server')
  const events: TaskEvent[] = []
  const watchers = new Set<() => void>()
  let controls = 0
  const connection = connectServer({
    source,
    target,
    clock: systemClock,
    timers: systemTimers,
    clientInfo: { name: 'test', version: '0' },
    limits: { stopGraceMs: 200, ...limits },
    ...more,
    sink: (event) => {
      events.push(event)
      for (const check of [...watchers]) check()
    },
  })
  open.push(connection)

  /** Resolves with what `find` gives once it gives something. */
  function until<T>(find: () => T | undefined | false, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        watchers.delete(check)
        reject(new Error(`waited in vain until ${what}; seen: ${JSON.stringify(events.slice(-12), undefined, 1)}`))
      }, patienceMs)
      function check() {
        const found = find()
        if (found === undefined || found === false) return
        clearTimeout(timer)
        watchers.delete(check)
        resolve(found)
      }
      watchers.add(check)
      check()
    })
  }
  function all<Kind extends TaskEventKind>(kind: Kind): EventOf<Kind>[] {
    return events.filter((event): event is EventOf<Kind> => event.kind === kind)
  }
  function event<Kind extends TaskEventKind>(
    kind: Kind,
    fits: (event: EventOf<Kind>) => boolean,
  ): Promise<EventOf<Kind>> {
    return until(() => all(kind).find(fits), `there is a fitting ${kind}`)
  }
  /** Asks for a control and gives its id. */
  function ask(target: string, command: ControlVerb, reason?: string): string {
    controls += 1
    const id = controlId(`control-${controls}`)
    connection.control({
      id,
      target: nodeKey(source, nodeId(target)),
      by: you,
      requestedAt: systemClock.now(),
      command,
      ...(reason === undefined ? {} : { reason }),
    })
    return id
  }
  /** Starts a tool once it is offered and gives its task or call. */
  async function start(offer: string, input: unknown = {}, asTask?: boolean): Promise<EventOf<'task.created'>> {
    await event('node.changed', (change) => change.offers?.some((known) => known.name === offer) === true)
    const before = all('task.created').length
    ask('connection', { verb: 'start', offer, input, ...(asTask === undefined ? {} : { asTask }) })
    return until(
      () =>
        all('task.created')
          .slice(before)
          .find((created) => created.name === offer),
      `${offer} is created`,
    )
  }
  const ended = (id: string) =>
    event('task.state', (change) => change.id === id && ['completed', 'failed', 'cancelled'].includes(change.to))
  const states = (id: string) => all('task.state').flatMap((change) => (change.id === id ? [change.to] : []))
  const control = <Kind extends 'control.acknowledged' | 'control.effective' | 'control.refused'>(
    kind: Kind,
    id: string,
  ) => event(kind, (fact) => 'control' in fact && fact.control === id)

  /** What the rules call an error so far. */
  const errors = () => all('finding').flatMap(({ finding }) => (finding.severity === 'error' ? [finding] : []))

  return { connection, events, until, all, event, ask, start, ended, states, control, errors }
}

/** For `afterEach`: ends every server that the test opened. */
export async function releaseConnections(): Promise<void> {
  await Promise.all(open.splice(0).map((connection) => connection.close('the test is over')))
}
