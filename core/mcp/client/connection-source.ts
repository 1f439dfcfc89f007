/**
 * A connection to one MCP server that we launch, or reach over HTTP, as a source: the node `connection` with the server's tools
 * as its offers, and under it every call and task. It can be stopped and started anew any number of times; task ids
 * are the server's own.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import type { ControlRequest, ControlVerb } from '../../model/control.ts'
import type { NodeId, SourceId } from '../../model/identity.ts'
import { parseNodeKey } from '../../model/identity.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import { isAddress, type ServerTarget } from '../../model/server-target.ts'
import type { EventSink, Source } from '../../model/source.ts'
import { createEmit } from '../../model/stamp.ts'
import type { IdSource } from '../../model/trace-ids.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import { FrameLog } from '../analyze/frame-log.ts'
import type { FrameReader } from '../analyze/frame-reader.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import { isRecord } from '../wire/json-record.ts'
import { CallBook } from './call-book.ts'
import { type ConnectionLimits, defaultLimits } from './connection-limits.ts'
import { type KeptTasks, noKeptTasks } from './kept-tasks.ts'
import type { Authorizer } from './oauth/authorizer.ts'
import type { Opened } from './opening.ts'
import type { Environment } from './server-launch.ts'
import { Session } from './session.ts'
import { connectionCapabilities, hostedCapabilities, notOurs, refusalOf } from './verb-reasons.ts'

export interface ConnectOptions {
  readonly source: SourceId
  readonly target: ServerTarget
  readonly sink: EventSink
  readonly clock: Clock
  readonly timers: Timers
  readonly clientInfo: { readonly name: string; readonly version: string }
  readonly limits?: Partial<ConnectionLimits>
  /** What the short default environment of the server is taken from. */
  readonly environment?: Environment
  /** Gets the right to speak to a server over HTTP that wants to know who asks. */
  readonly authorizer?: Authorizer | undefined
  /** What is remembered of its tasks beyond this connection; nothing unless given. */
  readonly kept?: KeptTasks
  readonly ids?: Pick<IdSource, 'traceId' | 'spanId'>
}

export interface ConnectionSource extends Source, FrameReader {
  /** Whether the first start of the server succeeded. Never rejects. */
  readonly opened: Promise<Opened>
}

/** What became of a control at once: nothing to add, or why it is refused. */
type Verdict = string | undefined

export function connectServer(options: ConnectOptions): ConnectionSource {
  const { clock, timers, target } = options
  const ours = !isAddress(target)
  const emit = createEmit(options.source, clock, options.sink)
  const limits = { ...defaultLimits, ...options.limits }
  const environment = options.environment ?? process.env
  const book = new CallBook(options.ids)
  const log = new FrameLog((host, taskId) => book.nodeOf(host, taskId))
  const openedAt = clock.now()
  let closed = false

  emit({
    kind: 'node.opened',
    id: connectionNode,
    node: 'connection',
    name: target.name,
    status: 'opening',
    facts: { transport: ours ? 'stdio' : 'http' },
    capabilities: connectionCapabilities(ours),
  })
  let session = openSession()
  const first = session.opened

  function openSession(): Session {
    const { clientInfo, kept = noKeptTasks, authorizer } = options
    book.newServer()
    return new Session({ target, environment, emit, clock, timers, limits, clientInfo, book, log, kept, authorizer })
  }

  function start(verb: Extract<ControlVerb, { verb: 'start' }>, request: ControlRequest): Verdict {
    const refusal = whyNotLive()
    if (refusal !== undefined) return refusal
    const tool = session.tools.find(verb.offer)
    if (tool === undefined) return `the server has no tool ${verb.offer}`
    const input = verb.input ?? {}
    if (!isRecord(input)) return 'the input of a tool is a JSON object'
    const support = session.tools.taskSupport(tool)
    if (verb.asTask === true && support === 'forbidden') return `${tool.name} does not run as a task`
    if (verb.asTask === false && support === 'required') return `${tool.name} only runs as a task`
    const asTask = verb.asTask ?? support !== 'forbidden'
    const trace = book.newTrace()
    void session.desk.call({ tool: tool.name, input, asTask, trace, attempt: 1, control: request.id })
    return undefined
  }

  function retry(id: NodeId, request: ControlRequest): Verdict {
    const refusal = whyNotLive()
    if (refusal !== undefined) return refusal
    const plan = book.planOfNode(id)
    if (plan === undefined) return 'its input is no longer known'
    const { traceId } = plan.trace
    const { spanId } = book.newTrace()
    const attempt = plan.attempt + 1
    void session.desk.call({ ...plan, trace: { traceId, spanId }, attempt, retryOf: id, control: request.id })
    return undefined
  }

  function whyNotLive(): Verdict {
    return session.live ? undefined : 'the server does not run'
  }

  async function stop(request: ControlRequest): Promise<void> {
    emit({ kind: 'control.acknowledged', control: request.id })
    await end('stopped by you')
    emit({ kind: 'control.effective', control: request.id, effect: 'the server has ended' })
  }

  async function restart(request: ControlRequest): Promise<void> {
    emit({ kind: 'control.acknowledged', control: request.id })
    await end('restarted by you')
    if (closed) return
    session = openSession()
    const opened = await session.opened
    if (opened.ok) emit({ kind: 'control.effective', control: request.id, effect: 'the server runs anew' })
    else emit({ kind: 'control.refused', control: request.id, reason: opened.error })
  }

  async function authorize(authorizer: Authorizer, request: ControlRequest): Promise<void> {
    emit({ kind: 'control.acknowledged', control: request.id })
    const end = await authorizer.authorize()
    if (closed) return
    if (!end.ok) {
      emit({ kind: 'control.refused', control: request.id, reason: end.error })
      return
    }
    if (!session.authorized()) {
      session = openSession()
      const opened = await session.opened
      if (!opened.ok) {
        emit({ kind: 'control.refused', control: request.id, reason: opened.error })
        return
      }
    }
    emit({ kind: 'control.effective', control: request.id, effect: 'the server knows who asks' })
  }

  async function kill(request: ControlRequest, task?: TaskEntry): Promise<void> {
    emit({ kind: 'control.acknowledged', control: request.id })
    await session.kill('killed by you', task)
    sayClosed('killed by you')
    emit({ kind: 'control.effective', control: request.id, effect: 'the server process has ended' })
  }

  function freeze(frozen: boolean, request: ControlRequest): Verdict {
    if (!ours) return notOurs
    if (process.platform === 'win32') return 'Windows cannot freeze a process'
    const refusal = whyNotLive()
    if (refusal !== undefined) return refusal
    emit({ kind: 'control.acknowledged', control: request.id })
    session.freeze(frozen)
    emit({ kind: 'control.effective', control: request.id, effect: frozen ? 'its process stands still' : 'it goes on' })
    return undefined
  }

  async function end(why: string): Promise<void> {
    emit({ kind: 'node.changed', id: connectionNode, status: 'closing', why: { text: why } })
    await session.stop(why)
    sayClosed(why)
  }

  function sayClosed(why: string): void {
    emit({ kind: 'node.changed', id: connectionNode, status: 'closed', why: { text: why } })
  }

  function onConnection(request: ControlRequest): Verdict {
    const { command } = request
    switch (command.verb) {
      case 'start':
        return start(command, request)
      case 'stop':
        void stop(request)
        return undefined
      case 'restart':
        void restart(request)
        return undefined
      case 'kill':
        if (!ours) return notOurs
        if (!session.running) return 'the server does not run'
        void kill(request)
        return undefined
      case 'authorize':
        if (options.authorizer === undefined) return 'it is reached without authorization'
        void authorize(options.authorizer, request)
        return undefined
      case 'freeze':
      case 'thaw':
        return freeze(command.verb === 'freeze', request)
      default:
        return refusalOf(command.verb)
    }
  }

  function onTask(id: NodeId, request: ControlRequest): Verdict {
    const { command } = request
    const entry = session.events.byNode(id)
    const refusal = entry?.host === 'client' ? hostedCapabilities[command.verb] : true
    if (refusal !== true) return refusal ?? refusalOf(command.verb)
    if (command.verb === 'retry') return retry(id, request)
    if (entry === undefined || isTerminal(entry.state)) return 'it has ended'
    switch (command.verb) {
      case 'cancel':
        if (entry.node === 'task' && entry.host === 'server' && !session.canCancel)
          return 'the server does not offer tasks/cancel'
        session.desk.cancel(entry, request)
        return undefined
      case 'answer':
        return session.desk.answer(entry, command.requestId, command.answer, request)
      case 'kill':
        if (!ours) return notOurs
        void kill(request, entry)
        return undefined
      default:
        return refusalOf(command.verb)
    }
  }

  return {
    id: options.source,
    opened: first,
    get frameRevision() {
      return log.revision
    },
    frames: (node) => log.list(node === connectionNode ? undefined : node),
    frameText: (seq) => log.text(seq),
    captureLines: () => log.captureLines({ scenario: target.name, transport: ours ? 'stdio' : 'http' }, openedAt),
    control(request) {
      const { id } = parseNodeKey(request.target)
      const refusal = id === connectionNode ? onConnection(request) : onTask(id, request)
      if (refusal !== undefined) emit({ kind: 'control.refused', control: request.id, reason: refusal })
    },
    async close(reason) {
      closed = true
      options.authorizer?.close()
      await end(reason)
    },
  }
}
