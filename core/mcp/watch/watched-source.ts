/**
 * A conversation that nobody here takes part in, as a source: what a recording and someone else's wire have in common. Its
 * lines come in as those of a capture; out go its calls and tasks under one node, its frames, and what the rules find.
 */
import type { Clock } from '../../model/clock.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { Finding } from '../../model/finding.ts'
import type { FrameList } from '../../model/frame.ts'
import type { NodeId, SourceId } from '../../model/identity.ts'
import type { EventSink, Source } from '../../model/source.ts'
import { createEmit, type Emit } from '../../model/stamp.ts'
import { Analyzer, type SideEvent, type WireObserver } from '../analyze/analyzer.ts'
import { CaptureFeed } from '../analyze/capture-feed.ts'
import { connectionFacts } from '../analyze/connection-facts.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import { FrameLog } from '../analyze/frame-log.ts'
import type { FrameReader } from '../analyze/frame-reader.ts'
import { passiveContext } from '../analyze/passive-context.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import type { CancelOrigin, TaskEventContext } from '../analyze/task-event-context.ts'
import { TaskEvents } from '../analyze/task-events.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import { emitFinding } from '../lint/emit-finding.ts'
import { Linter } from '../lint/linter.ts'
import type { LintFinding } from '../lint/rule.ts'
import { type JsonRecord, stringAt } from '../wire/json-record.ts'

export interface WatchedSourceOptions {
  readonly source: SourceId
  /** When the conversation began, milliseconds since the Unix epoch; the times of its lines count from it. */
  readonly startedAt: number
  readonly clock: Clock
  readonly sink: EventSink
  /** What can be asked of its calls and tasks. */
  readonly capabilities: TaskEventContext['capabilities']
  /** What can be done here about a finding. */
  readonly fixOf?: (finding: LintFinding) => Finding['fix']
  /** Whether the source sees what happens before its calls and tasks do, or after them. */
  readonly sees: 'first' | 'last'
}

const lineEnd = /\n+$/

export abstract class WatchedSource implements Source, FrameReader, WireObserver {
  readonly id: SourceId
  protected readonly emit: Emit
  protected readonly events: TaskEvents
  protected readonly analyzer: Analyzer
  protected readonly feed: CaptureFeed
  readonly #frames: FrameLog
  readonly #startedAt: number

  constructor({ source, startedAt, clock, sink, capabilities, fixOf, sees }: WatchedSourceOptions) {
    this.id = source
    this.#startedAt = startedAt
    this.emit = createEmit(source, clock, sink)
    const passive = passiveContext({ emit: this.emit, parent: connectionNode })
    this.events = new TaskEvents({ ...passive, capabilities, cancelOf: (id) => this.cancelOf(id) })
    this.#frames = new FrameLog((host, taskId) => passive.nodeIdOf(host, taskId))
    const linter = new Linter((finding) => {
      emitFinding(this.emit, finding, (taskId) => this.#task(taskId)?.id, fixOf?.(finding))
    })
    const parts = [this.#frames, this.events, linter]
    this.analyzer = new Analyzer(sees === 'first' ? [this, ...parts] : [...parts, this])
    this.feed = new CaptureFeed(this.analyzer, startedAt, (json) => this.#frames.note(json))
  }

  abstract control(request: ControlRequest): void
  abstract close(reason: string): Promise<void>

  /** The first line of a capture file says this of the conversation. */
  protected abstract get meta(): JsonRecord

  /** Who wanted this task cancelled, as far as we know more than the frames say. */
  protected cancelOf(_id: NodeId): CancelOrigin | undefined {
    return undefined
  }

  frames(task?: NodeId): FrameList {
    return this.#frames.list(task === connectionNode ? undefined : task)
  }

  get frameRevision(): number {
    return this.#frames.revision
  }

  frameText(seq: number): string | undefined {
    return this.#frames.text(seq)
  }

  captureLines(): Iterable<string> {
    return this.#frames.captureLines(this.meta, this.#startedAt)
  }

  fact(fact: WireFact): void {
    const facts = connectionFacts(fact)
    if (facts !== undefined) this.emit({ kind: 'node.changed', id: connectionNode, facts })
  }

  side(event: SideEvent): void {
    if (event.kind !== 'stderr') return
    const text = (stringAt(event.fields, 'text') ?? '').replace(lineEnd, '')
    this.emit({ kind: 'task.log', id: connectionNode, lines: [{ stream: 'stderr', text }] }, event.at)
  }

  /** Nobody can confirm any more what became of its open tasks: they end as lost. */
  protected loseOpen(error: { readonly name: string; readonly message: string }, at: number): void {
    for (const entry of [...this.events.open()]) {
      this.events.endBecause(entry, 'failed', { status: 'failed', kind: 'lost', error }, at)
    }
  }

  #task(taskId: string): TaskEntry | undefined {
    return this.events.task('server', taskId) ?? this.events.task('client', taskId)
  }
}
