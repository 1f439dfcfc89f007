/** `taskscope analyze CAPTURE.jsonl [--json]`: what a capture holds and what is wrong with it. */
import { createReadStream } from 'node:fs'
import { citationOf, type LintFinding } from '../lint/rule.ts'
import { ruleOf } from '../lint/rule-families.ts'
import { LineSplitter } from '../wire/line-splitter.ts'
import { CaptureAnalysis } from './analyze-capture.ts'
import type { CaptureReport } from './capture-report.ts'

/** Where whole lines go. */
export interface CommandIo {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

const usage = 'usage: taskscope analyze CAPTURE.jsonl [--json]'

/** @returns the exit code: 0 when it was read, whatever was found; 2 when it cannot be read; 64 for a wrong command line */
export async function analyzeCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    io.out(usage)
    return 0
  }
  const files = argv.filter((arg) => arg !== '--json')
  const [file] = files
  if (file === undefined || files.length > 1 || file.startsWith('-')) {
    io.err(usage)
    return 64
  }
  const analysis = new CaptureAnalysis()
  try {
    await readCapture(file, analysis)
  } catch (error) {
    io.err(`taskscope analyze: cannot read ${file}: ${whyUnread(error)}`)
    return 2
  }
  const report = analysis.finish()
  io.out(argv.includes('--json') ? JSON.stringify(report) : describe(report, analysis.findings))
  return 0
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
}

function whyUnread(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  return reasons[code] ?? error.message
}

async function readCapture(file: string, analysis: CaptureAnalysis): Promise<void> {
  const splitter = new LineSplitter()
  for await (const chunk of createReadStream(file)) {
    for (const line of splitter.push(chunk as Buffer)) analysis.push(line.text)
  }
  const last = splitter.end()
  if (last !== undefined) analysis.push(last.text)
}

function describe(report: CaptureReport, findings: readonly LintFinding[]): string {
  const frames = Object.entries(report.frames).map(([dir, count]) => `${dir} ${count}`)
  const lines = [`frames: ${frames.join(', ') || 'none'}`]
  for (const [id, task] of Object.entries(report.tasks)) {
    lines.push(`task ${id} (${task.tool ?? 'never seen created'}): ${task.statuses.join(' → ') || 'no status'}`)
  }
  for (const finding of findings) {
    const rule = ruleOf(finding.rule)
    lines.push('', `${finding.severity} ${finding.rule}: ${finding.text}`, `  frames ${finding.seq.join(', ')}`)
    if (rule !== undefined) lines.push(`  ${citationOf(rule, finding.era)}`)
  }
  if (findings.length === 0) lines.push('no findings')
  return lines.join('\n')
}
