/**
 * A recording as a source: its tasks, frames and findings, with the times at which they were recorded. Nothing in it
 * can be controlled, since nobody is there; a task that is still open at its end is lost from sight.
 */
import type { Capabilities } from '../../model/capability.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { FrameList } from '../../model/frame.ts'
import { type NodeId, nodeId, type SourceId } from '../../model/identity.ts'
import type { EventSink, Source } from '../../model/source.ts'
import { createEmit, type Emit } from '../../model/stamp.ts'
import { Analyzer, type SideEvent, type WireObserver } from '../analyze/analyzer.ts'
import { CaptureFeed } from '../analyze/capture-feed.ts'
import { connectionFacts } from '../analyze/connection-facts.ts'
import { FrameLog } from '../analyze/frame-log.ts'
import type { FrameReader } from '../analyze/frame-reader.ts'
import { passiveContext } from '../analyze/passive-context.ts'
import { TaskEvents } from '../analyze/task-events.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import { emitFinding } from '../client/live-findings.ts'
import { Linter } from '../lint/linter.ts'
import { stringAt } from '../wire/json-record.ts'

export interface CaptureSourceOptions {
  readonly source: SourceId
  /** What a person calls it: the name of its file. */
  readonly name: string
  /** The file, absolute. */
  readonly path: string
  /** When the recording began, milliseconds since the Unix epoch. */
  readonly startedAt: number
  readonly sink: EventSink
}

const node = nodeId('connection')
const nobody = 'it is a recording'
const verbs = ['suspend', 'resume', 'step', 'cancel', 'kill', 'retry', 'answer'] as const
const capabilities: Capabilities = Object.fromEntries(verbs.map((verb) => [verb, nobody]))
const lineEnd = /\n+$/

export class CaptureSource implements Source, FrameReader, WireObserver {
  readonly id: SourceId
  readonly #emit: Emit
  readonly #events: TaskEvents
  readonly #analyzer: Analyzer
  readonly #feed: CaptureFeed
  readonly #frames: FrameLog
  readonly #name: string
  readonly #startedAt: number
  #now: number

  constructor({ source, name, path, startedAt, sink }: CaptureSourceOptions) {
    this.id = source
    this.#name = name
    this.#startedAt = startedAt
    this.#now = startedAt
    this.#emit = createEmit(source, { now: () => this.#now }, sink)
    const passive = passiveContext({ emit: this.#emit, parent: node })
    this.#events = new TaskEvents({ ...passive, capabilities: () => capabilities })
    this.#frames = new FrameLog((host, taskId) => passive.nodeIdOf(host, taskId))
    const linter = new Linter((finding) => {
      const task = (id: string) => this.#events.task('server', id) ?? this.#events.task('client', id)
      emitFinding(this.#emit, finding, (id) => task(id)?.id)
    })
    this.#analyzer = new Analyzer([this, this.#frames, this.#events, linter])
    this.#feed = new CaptureFeed(this.#analyzer, startedAt, (json) => this.#frames.note(json))
    this.#emit({
      kind: 'node.opened',
      id: node,
      node: 'source',
      name,
      status: 'opening',
      facts: { transport: 'recording', recording: true, path },
      capabilities: {},
      why: { text: 'it is being read' },
    })
  }

  /** Takes the next line of the file; an empty one is none, and one that is no JSON becomes a finding. */
  push(text: string): void {
    this.#feed.push(text)
  }

  /** No line will come any more. */
  finish(): void {
    this.#analyzer.end()
    for (const entry of [...this.#events.open()]) {
      const message = 'the recording ends here; it does not tell what became of this task'
      const outcome = { status: 'failed', kind: 'lost', error: { name: 'RecordingEnds', message } } as const
      this.#events.endBecause(entry, 'failed', outcome, this.#now)
    }
    const frames = Object.values(this.#feed.frames).reduce((sum, count) => sum + count, 0)
    const text = `a recording of ${new Date(this.#startedAt).toISOString()}, ${frames} frames`
    this.#emit({ kind: 'node.changed', id: node, status: 'open', why: { text } })
  }

  /** @param task only its frames; those of the whole recording without one */
  frames(task?: NodeId): FrameList {
    return this.#frames.list(task === node ? undefined : task)
  }

  get frameRevision(): number {
    return this.#frames.revision
  }

  frameText(seq: number): string | undefined {
    return this.#frames.text(seq)
  }

  captureLines(): Iterable<string> {
    return this.#frames.captureLines({ scenario: this.#name }, this.#startedAt)
  }

  control(request: ControlRequest): void {
    this.#emit({ kind: 'control.refused', control: request.id, reason: nobody })
  }

  close(reason: string): Promise<void> {
    this.#emit({ kind: 'node.changed', id: node, status: 'closed', why: { text: reason } })
    return Promise.resolve()
  }

  time(at: number): void {
    this.#now = at
  }

  fact(fact: WireFact): void {
    const facts = connectionFacts(fact)
    if (facts !== undefined) this.#emit({ kind: 'node.changed', id: node, facts })
  }

  side(event: SideEvent): void {
    if (event.kind !== 'stderr') return
    const text = (stringAt(event.fields, 'text') ?? '').replace(lineEnd, '')
    this.#emit({ kind: 'task.log', id: node, lines: [{ stream: 'stderr', text }] }, event.at)
  }
}
