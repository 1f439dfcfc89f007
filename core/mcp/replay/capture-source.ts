/**
 * A recording as a source: its tasks, frames and findings, with the times at which they were recorded. Nothing in it
 * can be controlled, since nobody is there; a task that is still open at its end is lost from sight.
 */
import type { Capabilities } from '../../model/capability.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { SourceId } from '../../model/identity.ts'
import type { EventSink } from '../../model/source.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import { WatchedSource } from '../watch/watched-source.ts'
import type { JsonRecord } from '../wire/json-record.ts'

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

const nobody = 'it is a recording'
const verbs = ['suspend', 'resume', 'step', 'cancel', 'kill', 'retry', 'answer'] as const
const capabilities: Capabilities = Object.fromEntries(verbs.map((verb) => [verb, nobody]))

export class CaptureSource extends WatchedSource {
  readonly #name: string
  readonly #startedAt: number
  /** How far the recording has been read, milliseconds since the epoch. */
  readonly #recorded: { at: number }

  constructor({ source, name, path, startedAt, sink }: CaptureSourceOptions) {
    const recorded = { at: startedAt }
    super({
      source,
      startedAt,
      clock: { now: () => recorded.at },
      sink,
      capabilities: () => capabilities,
      // Whatever the others tell of a line has the time of that line.
      sees: 'first',
    })
    this.#name = name
    this.#startedAt = startedAt
    this.#recorded = recorded
    this.emit({
      kind: 'node.opened',
      id: connectionNode,
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
    this.feed.push(text)
  }

  /** No line will come any more. */
  finish(): void {
    this.analyzer.end()
    const message = 'the recording ends here; it does not tell what became of this task'
    this.loseOpen({ name: 'RecordingEnds', message }, this.#recorded.at)
    const frames = Object.values(this.feed.frames).reduce((sum, count) => sum + count, 0)
    const text = `a recording of ${new Date(this.#startedAt).toISOString()}, ${frames} frames`
    this.emit({ kind: 'node.changed', id: connectionNode, status: 'open', why: { text } })
  }

  time(at: number): void {
    this.#recorded.at = at
  }

  control(request: ControlRequest): void {
    this.emit({ kind: 'control.refused', control: request.id, reason: nobody })
  }

  close(reason: string): Promise<void> {
    this.emit({ kind: 'node.changed', id: connectionNode, status: 'closed', why: { text: reason } })
    return Promise.resolve()
  }

  protected get meta(): JsonRecord {
    return { scenario: this.#name }
  }
}
