/**
 * From the frames of a conversation to the lines that show it: requests bracketed with their answers, runs of polls that
 * all say the same folded into one line. Pure.
 */
import type { FrameRow } from '../../core/model/frame.ts'

/** How a line is joined to its neighbours: it opens a pair, lies within one, closes one, or waits for its answer. */
export type Bracket = 'open' | 'within' | 'close' | 'waiting' | 'none'

export interface FrameEntry {
  readonly kind: 'frame'
  readonly frame: FrameRow
  readonly bracket: Bracket
  /** Of an answer: milliseconds since its request. */
  readonly answerMs?: number
}

export interface FoldEntry {
  readonly kind: 'fold'
  /** Names the fold for as long as it grows. */
  readonly id: number
  readonly polls: number
  /** The first and the last of the folded ids. */
  readonly ids: readonly [string, string]
  /** Mean time from poll to poll, milliseconds. */
  readonly everyMs: number
  readonly answerMs: number
  readonly size: number
  readonly status: string | undefined
  readonly frames: readonly FrameRow[]
}

export type Entry = FrameEntry | FoldEntry

export interface EntryWish {
  readonly fold: boolean
  readonly pairs: boolean
  /** Folds that a person has opened. */
  readonly opened: ReadonlySet<number>
}

/** A pair further apart is not bracketed; its answer says how long it took. */
const farthestPair = 4
/** So many equal polls in a row are worth a fold; the first one always shows. */
const fewestFolded = 2

export function frameEntries(frames: readonly FrameRow[], wish: EntryWish): readonly Entry[] {
  const bySeq = new Map(frames.map((frame) => [frame.seq, frame]))
  const answered = new Set(frames.flatMap(({ answers }) => (answers === undefined ? [] : [answers])))
  const entries: Entry[] = []
  const single = (frame: FrameRow) => {
    const asked = frame.answers === undefined ? undefined : bySeq.get(frame.answers)
    const waiting = frame.kind === 'request' && !answered.has(frame.seq)
    entries.push({
      kind: 'frame',
      frame,
      bracket: waiting ? 'waiting' : 'none',
      ...(asked === undefined ? {} : { answerMs: frame.at - asked.at }),
    })
  }
  let index = 0
  while (index < frames.length) {
    const run = wish.fold ? pollRun(frames, index) : 0
    const first = frames[index]
    if (first === undefined) break
    if (run > fewestFolded) {
      const folded = frames.slice(index + 2, index + 2 * run)
      const id = folded[0]?.seq ?? 0
      for (const frame of frames.slice(index, index + 2)) single(frame)
      entries.push(foldOf(id, folded))
      if (wish.opened.has(id)) for (const frame of folded) single(frame)
      index += 2 * run
    } else {
      single(first)
      index += 1
    }
  }
  return wish.pairs ? withBrackets(entries) : entries
}

/** How many polls from here on, each answered at once, say the same. */
function pollRun(frames: readonly FrameRow[], from: number): number {
  let run = 0
  let said: string | undefined
  for (let at = from; at + 1 < frames.length; at += 2) {
    const [asked, answer] = [frames[at], frames[at + 1]]
    if (asked?.method !== 'tasks/get' || asked.kind !== 'request') break
    if (answer?.kind !== 'result' || answer.answers !== asked.seq) break
    const says = JSON.stringify([answer.status, answer.statusMessage, asked.task, asked.dir])
    if (said !== undefined && says !== said) break
    said = says
    run += 1
  }
  return run
}

function foldOf(id: number, frames: readonly FrameRow[]): FoldEntry {
  const asked = frames.filter(({ kind }) => kind === 'request')
  const answers = frames.filter(({ kind }) => kind === 'result')
  const [first, last] = [asked[0], asked.at(-1)]
  const span = first === undefined || last === undefined ? 0 : last.at - first.at
  const waits = answers.reduce((sum, answer, index) => sum + answer.at - (asked[index]?.at ?? answer.at), 0)
  return {
    kind: 'fold',
    id,
    polls: asked.length,
    ids: [first?.rpcId ?? '', last?.rpcId ?? ''],
    everyMs: asked.length > 1 ? span / (asked.length - 1) : 0,
    answerMs: answers.length === 0 ? 0 : waits / answers.length,
    size: frames.reduce((sum, { size }) => sum + size, 0),
    status: answers.at(-1)?.status,
    frames,
  }
}

function withBrackets(entries: readonly Entry[]): readonly Entry[] {
  const places = new Map<number, number>()
  const brackets = new Map<number, Bracket>()
  entries.forEach((entry, index) => {
    if (entry.kind === 'frame') places.set(entry.frame.seq, index)
  })
  entries.forEach((entry, index) => {
    if (entry.kind !== 'frame' || entry.frame.answers === undefined) return
    const start = places.get(entry.frame.answers)
    if (start === undefined || index - start > farthestPair || brackets.has(start)) return
    for (let at = start + 1; at < index; at += 1) if (!brackets.has(at)) brackets.set(at, 'within')
    brackets.set(start, 'open')
    brackets.set(index, 'close')
  })
  return entries.map((entry, index) => {
    const bracket = brackets.get(index)
    return entry.kind === 'frame' && bracket !== undefined ? { ...entry, bracket } : entry
  })
}

/** Whether a frame is meant by what a person typed: a method, a status, an id, a tool, a number. */
export function matchesFrame(frame: FrameRow, query: string): boolean {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return true
  const { seq, method, target, rpcId, status, statusMessage, kind, dir, task, code } = frame
  const text = [`#${seq}`, method, target, rpcId, status, statusMessage, kind, dir, task, code].join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}
