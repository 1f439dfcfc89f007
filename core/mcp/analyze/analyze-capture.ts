/**
 * Reads a capture line by line into a report. However the lines come, whole or one by one, from a file or live, the
 * report is the same; unknown kinds and fields are tolerated, a line that is no JSON is a finding.
 */
import { Linter } from '../lint/linter.ts'
import { type CaptureLine, readCaptureLine } from '../wire/capture.ts'
import { isDirection } from '../wire/frame.ts'
import { isRecord, jsonText, stringAt } from '../wire/json-record.ts'
import { readRpcValue } from '../wire/rpc-message.ts'
import { Analyzer, type WireObserver } from './analyzer.ts'
import type { CaptureReport } from './capture-report.ts'
import { ReportCounts } from './report-counts.ts'

export class CaptureAnalysis {
  readonly #counts = new ReportCounts()
  readonly #linter = new Linter()
  readonly #analyzer: Analyzer
  readonly #frames = new Map<string, number>()
  #lines = 0
  #time = 0
  #ended = false

  /** @param observers see the same conversation, before the rules do */
  constructor(observers: readonly WireObserver[] = []) {
    this.#analyzer = new Analyzer([...observers, this.#counts, this.#linter])
  }

  /** Takes the next line; an empty one is none. */
  push(text: string): void {
    if (text.trim() === '') return
    this.#lines += 1
    const reading = readCaptureLine(text, this.#lines, this.#time)
    if (!reading.ok) {
      this.#side('not-json', this.#lines, { text: text.slice(0, 500), why: reading.why })
      return
    }
    const { line } = reading
    this.#time = Math.max(this.#time, line.tMs)
    if (line.kind === 'rpc' && line.fields.msg !== undefined) this.#rpc(line)
    else if (line.kind !== 'meta') this.#side(line.kind, line.seq, line.fields)
  }

  /** Says that no line will come, once; what only the end shows is found now. */
  finish(): CaptureReport {
    if (!this.#ended) this.#analyzer.end()
    this.#ended = true
    return {
      frames: Object.fromEntries(this.#frames),
      errorCodes: this.#counts.errorCodes,
      tasksListPages: this.#counts.tasksListPages,
      tasks: this.#counts.tasks,
      findings: this.#linter.findings,
    }
  }

  #rpc(line: CaptureLine): void {
    const { seq, fields } = line
    const dir = stringAt(fields, 'dir') ?? '?'
    this.#frames.set(dir, (this.#frames.get(dir) ?? 0) + 1)
    const reading = readRpcValue(fields.msg)
    if (!reading.ok || !isDirection(dir)) {
      const why = reading.ok ? `its direction ${JSON.stringify(dir)} is unknown` : reading.why
      this.#side('rpc-unparsed', seq, { text: jsonText(fields.msg).slice(0, 500), why })
      return
    }
    for (const message of reading.messages) {
      this.#analyzer.see({
        seq,
        at: this.#time,
        dir,
        message,
        transport: fields.transport === 'http' ? 'http' : 'stdio',
        ...(fields.injected === true ? { injected: true } : {}),
        ...(isRecord(fields.http) ? { http: fields.http } : {}),
      })
    }
  }

  #side(kind: string, seq: number, fields: CaptureLine['fields']): void {
    this.#analyzer.side({ seq, at: this.#time, kind, fields })
  }
}

export function analyzeCapture(lines: Iterable<string>): CaptureReport {
  const analysis = new CaptureAnalysis()
  for (const line of lines) analysis.push(line)
  return analysis.finish()
}
