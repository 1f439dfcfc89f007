/**
 * Keeps the frames of one conversation for whoever wants to read them: a small row each, and their text within a
 * budget. What is too old is dropped and counted.
 */
import type { FrameList, FrameRow } from '../../model/frame.ts'
import type { NodeId } from '../../model/identity.ts'
import type { Mutable } from '../../model/mutable.ts'
import { legacyEra } from '../eras/legacy.ts'
import { modernEra } from '../eras/modern.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { Sighting } from '../wire/conversation.ts'
import { type Frame, isFromServer, receiver } from '../wire/frame.ts'
import { type JsonRecord, jsonText } from '../wire/json-record.ts'
import type { SideEvent, WireObserver } from './analyzer.ts'
import { FrameOwners } from './frame-owners.ts'
import { KeptCapture, type KeptText } from './kept-capture.ts'
import { targetOf } from './read-facts.ts'
import type { TaskHost } from './wire-fact.ts'

const maxRows = 20_000
/** Characters of text kept in all. */
const maxText = 32 * 1024 * 1024
/** Frames in one list. */
const maxListed = 2000

interface Kept extends KeptText {
  row: Mutable<FrameRow>
}

export class FrameLog implements WireObserver {
  readonly #nodeOf: (host: TaskHost, taskId: string) => NodeId
  readonly #owners = new FrameOwners()
  readonly #kept = new Map<number, Kept>()
  readonly #capture = new KeptCapture()
  #textLength = 0
  /** The oldest frame that may still have its text. */
  #oldestText = 0
  #dropped = 0
  #revision = 0
  #next: string | undefined

  constructor(nodeOf: (host: TaskHost, taskId: string) => NodeId) {
    this.#nodeOf = nodeOf
  }

  /** The JSON of the frame that comes next, as it was on the wire. */
  note(text: string): void {
    this.#next = text
  }

  frame(sighting: Sighting): void {
    const { frame, message } = sighting
    const text = this.#next ?? jsonText(message)
    this.#next = undefined
    const task = this.#owners.see(frame.dir, message)
    const host = hostOf(sighting)
    const row: Mutable<FrameRow> = {
      seq: rowNumber(frame),
      at: frame.at,
      dir: frame.dir,
      kind: message.kind,
      size: text.length,
    }
    if (sighting.kind === 'answer') {
      const { request } = sighting
      if (message.kind === 'error') row.code = message.error.code
      if (request !== undefined) {
        row.method = request.message.method
        row.answers = rowNumber(request.frame)
        const asked = this.#kept.get(row.answers)
        if (asked !== undefined && task !== undefined) asked.row.task ??= this.#nodeOf(host, task)
      }
    } else row.method = sighting.message.method
    if (sighting.kind === 'request' && row.method === 'tools/call') row.target = targetOf(sighting)
    if (message.kind !== 'notification' && message.id !== undefined) row.rpcId = jsonText(message.id)
    if (task !== undefined) row.task = this.#nodeOf(host, task)
    const snapshot = statusOf(sighting)
    if (snapshot !== undefined) row.status = snapshot.status
    if (snapshot?.statusMessage !== undefined) row.statusMessage = snapshot.statusMessage
    const kept = { row, text }
    this.#capture.frame(frame, kept)
    this.#keep(kept)
  }

  side(event: SideEvent): void {
    this.#capture.side(event)
  }

  /** What is kept as a capture file; see `KeptCapture.lines`. */
  captureLines(meta: JsonRecord, startedAt: number): Iterable<string> {
    return this.#capture.lines(meta, startedAt)
  }

  /** @param task only its frames; all without one */
  list(task?: NodeId): FrameList {
    const rows: FrameRow[] = []
    for (const { row } of this.#kept.values()) if (task === undefined || row.task === task) rows.push({ ...row })
    const listed = rows.slice(-maxListed)
    return { revision: this.#revision, rows: listed, dropped: this.#dropped + rows.length - listed.length }
  }

  get revision(): number {
    return this.#revision
  }

  /** The JSON of a frame; `undefined` when it is no longer kept. */
  text(seq: number): string | undefined {
    return this.#kept.get(seq)?.text
  }

  #keep(kept: Kept): void {
    this.#revision += 1
    const { seq } = kept.row
    this.#letGo(this.#kept.get(seq))
    this.#kept.set(seq, kept)
    this.#textLength += kept.text?.length ?? 0
    if (this.#kept.size > maxRows) this.#dropOldest()
    if (this.#textLength > maxText) this.#dropTexts()
  }

  #dropOldest(): void {
    for (const [seq, kept] of this.#kept) {
      this.#kept.delete(seq)
      this.#letGo(kept)
      this.#dropped += 1
      return
    }
  }

  #dropTexts(): void {
    for (const [seq, kept] of this.#kept) {
      if (seq < this.#oldestText) continue
      if (this.#textLength <= maxText) return
      this.#oldestText = seq
      this.#letGo(kept)
    }
  }

  #letGo(kept: Kept | undefined): void {
    if (kept?.text === undefined) return
    this.#textLength -= kept.text.length
    kept.text = undefined
  }
}

/** Of a batch, the first message has the number of the batch, and the others a place behind its point: 7, 7.1, 7.2. */
function rowNumber({ seq, batch }: Frame): number {
  if (batch === undefined || batch.place === 0) return seq
  const scale = 10 ** String(batch.of - 1).length
  return Math.round(seq * scale + batch.place) / scale
}

/** Who runs the task that a message speaks of. */
function hostOf(sighting: Sighting): TaskHost {
  const { frame, kind } = sighting
  if (kind === 'request' && sighting.message.method.startsWith('tasks/')) return receiver(frame.dir)
  if (kind === 'request' || kind === 'notification') return isFromServer(frame.dir) ? 'server' : 'client'
  const method = sighting.request?.message.method ?? ''
  const answered = isFromServer(frame.dir) ? 'server' : 'client'
  const { message } = sighting
  if (message.kind === 'result' && legacyEra.readCreation(message.result) !== undefined) return answered
  // The answer to a question about a task comes from the other side than the task.
  return method.startsWith('tasks/') || method === 'tools/call' ? answered : answered === 'server' ? 'client' : 'server'
}

function statusOf(sighting: Sighting): TaskSnapshot | undefined {
  const { message } = sighting
  if (message.kind === 'notification') {
    const era = [legacyEra, modernEra].find(({ statusNotification }) => statusNotification === message.method)
    return era?.readTask(message.params)
  }
  if (message.kind !== 'result') return undefined
  const method = sighting.kind === 'answer' ? sighting.request?.message.method : undefined
  const { result } = message
  return legacyEra.readCreation(result) ?? (isTaskAnswer(method, result) ? legacyEra.readTask(result) : undefined)
}

function isTaskAnswer(method: string | undefined, result: JsonRecord): boolean {
  return result.resultType === 'task' || method === 'tasks/get' || method === 'tasks/cancel'
}
