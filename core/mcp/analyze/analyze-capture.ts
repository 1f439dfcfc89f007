/**
 * Reads a capture line by line into a report. However the lines come, whole or one by one, from a file or live, the
 * report is the same; unknown kinds and fields are tolerated, a line that is no JSON is a finding.
 */
import { Linter } from '../lint/linter.ts'
import type { LintFinding } from '../lint/rule.ts'
import { Analyzer, type WireObserver } from './analyzer.ts'
import { CaptureFeed } from './capture-feed.ts'
import type { CaptureReport } from './capture-report.ts'
import { ReportCounts } from './report-counts.ts'

export class CaptureAnalysis {
  readonly #counts = new ReportCounts()
  readonly #linter = new Linter()
  readonly #analyzer: Analyzer
  readonly #feed: CaptureFeed
  #ended = false

  /** @param observers see the same conversation, before the rules do */
  constructor(observers: readonly WireObserver[] = []) {
    this.#analyzer = new Analyzer([...observers, this.#counts, this.#linter])
    this.#feed = new CaptureFeed(this.#analyzer)
  }

  /** Takes the next line; an empty one is none. */
  push(text: string): void {
    this.#feed.push(text)
  }

  /** Says that no line will come, once; what only the end shows is found now. */
  finish(): CaptureReport {
    if (!this.#ended) this.#analyzer.end()
    this.#ended = true
    return {
      frames: this.#feed.frames,
      errorCodes: this.#counts.errorCodes,
      tasksListPages: this.#counts.tasksListPages,
      tasks: this.#counts.tasks,
      findings: this.#linter.findings.map(({ era: _era, ...finding }) => finding),
    }
  }

  /** What was found so far, with the wire on which it was. */
  get findings(): readonly LintFinding[] {
    return this.#linter.findings
  }
}

export function analyzeCapture(lines: Iterable<string>): CaptureReport {
  const analysis = new CaptureAnalysis()
  for (const line of lines) analysis.push(line)
  return analysis.finish()
}
