/**
 * Which tasks have begun and not ended, on disk, so that a killed process leaves word of them: the next start closes
 * their spans. Lines are appended at the end of the turn in which something happened, none for what began and ended in
 * the same turn; the file is written anew when most of it is history.
 */
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { SpanData } from '../model/span.ts'
import { writeText } from './write-text.ts'

/** What is known of a task when it begins: enough for its span. */
export type BegunSpan = Omit<SpanData, 'end' | 'status' | 'events'>

export interface OpenLedger {
  /**
   * Spans that were open when the process before this one ended, and the last moment at which it was alive. They stay
   * in the list until `ended` is called for them.
   */
  readonly left: readonly BegunSpan[]
  readonly lastAliveAt: number
  readonly problem: string | undefined
  /** `make` is called at the end of the turn, unless the span has ended by then. */
  begun(spanId: string, make: () => BegunSpan): void
  /** After this span is in every queue. */
  ended(spanId: string): void
  close(): void
}

export interface OpenLedgerOptions {
  /** An existing folder that this process alone uses. */
  readonly folder: string
  /** Brings the queues to disk: an end may only be noted when the span is safe. */
  readonly before: () => void
  readonly atTurnEnd?: (callback: () => void) => void
}

/** The file is written anew when it has this many lines more than twice the open spans. */
const history = 5000

/** Throws what the file system throws. */
export function openLedger({ folder, before, atTurnEnd = queueMicrotask }: OpenLedgerOptions): OpenLedger {
  const path = join(folder, 'open-spans.jsonl')
  const earlier = readEarlier(path)
  const open = new Map(earlier.left.map((span) => [span.spanId, span]))
  /** Spans that began in the present turn. */
  const fresh = new Map<string, () => BegunSpan>()
  let file: number | undefined = openSync(path, 'a', 0o600)
  let lines = earlier.lines
  // The last line of a killed process may be cut: what follows begins on a line of its own.
  let text = lines > 0 ? '\n' : ''
  let due = false
  let problem: string | undefined

  function add(line: string): void {
    text += line
    lines += 1
  }

  function writeSoon(): void {
    if (due) return
    due = true
    atTurnEnd(write)
  }

  function write(): void {
    due = false
    for (const [spanId, make] of fresh) {
      const span = make()
      open.set(spanId, span)
      add(line(span))
    }
    fresh.clear()
    if (text === '') return
    before()
    try {
      // After a failure nobody knows what the file holds.
      if (problem !== undefined || lines > 2 * open.size + history) rewrite()
      else if (file !== undefined) writeText(file, text)
      problem = undefined
    } catch (error) {
      problem = `the list of open spans cannot be written: ${error instanceof Error ? error.message : String(error)}`
    }
    text = ''
  }

  function rewrite(): void {
    const next = openSync(`${path}.new`, 'w', 0o600)
    try {
      writeText(next, [...open.values()].map(line).join(''))
      renameSync(`${path}.new`, path)
    } catch (error) {
      closeSync(next)
      throw error
    }
    if (file !== undefined) closeSync(file)
    file = next
    lines = open.size
  }

  return {
    left: earlier.left,
    lastAliveAt: earlier.lastAliveAt,
    get problem() {
      return problem
    },
    begun(spanId, make) {
      fresh.set(spanId, make)
      writeSoon()
    },
    ended(spanId) {
      fresh.delete(spanId)
      if (!open.delete(spanId)) return
      add(`${JSON.stringify(spanId)}\n`)
      writeSoon()
    },
    close() {
      write()
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

function line(span: BegunSpan): string {
  return `${JSON.stringify(span)}\n`
}

function readEarlier(path: string): {
  readonly left: readonly BegunSpan[]
  readonly lastAliveAt: number
  readonly lines: number
} {
  const open = new Map<string, BegunSpan>()
  let content: string
  let lastAliveAt: number
  try {
    content = readFileSync(path, 'utf8')
    lastAliveAt = statSync(path).mtimeMs
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { left: [], lastAliveAt: 0, lines: 0 }
    throw error
  }
  const written = content.split('\n')
  for (const line of written) {
    const entry = parse(line)
    if (typeof entry === 'string') open.delete(entry)
    else if (entry !== undefined) open.set(entry.spanId, entry)
  }
  return { left: [...open.values()], lastAliveAt, lines: written.length - 1 }
}

/** A span that began, the id of one that ended, or nothing: the last line may be cut. */
function parse(line: string): BegunSpan | string | undefined {
  try {
    const entry: unknown = JSON.parse(line)
    if (typeof entry === 'string') return entry
    const whole =
      typeof entry === 'object' && entry !== null && 'spanId' in entry && 'traceId' in entry && 'start' in entry
    return whole ? (entry as BegunSpan) : undefined
  } catch {
    return undefined
  }
}
