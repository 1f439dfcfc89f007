/** A crash report as text to read, and as the body of an issue. Pure; every character is safe to read. */
import type { CrashLink, CrashReport } from './crash-report.ts'
import { durationText } from './duration.ts'
import type { ErrorInfo } from './payload.ts'
import { visibleText } from './visible-text.ts'

/** For a terminal or a mail, in the order of OTP's crash report. */
export function crashReportText(report: CrashReport): string {
  const { error, statistics } = report
  return visibleText(
    [
      `CRASH REPORT ${report.initialCall} (${report.source}/${report.id}), ${new Date(statistics.endedAt).toISOString()}`,
      line('initial call', report.initialCall),
      line('attempt', String(report.attempt)),
      line('isolation', report.isolation),
      line('ancestors', linksText(report.ancestors)),
      line('class', `${error.class}${error.duringCancel === true ? ', while it was cancelling' : ''}`),
      ...errorLines(error.reason),
      ...(report.input === undefined ? [] : [line('input', report.input.text)]),
      ...(report.lastState === undefined ? [] : [line('last state', report.lastState.value.text)]),
      line('links', linksText(report.links)),
      line('restarted', report.restarted.join(', ') || 'none'),
      line('running', durationText(statistics.runningMs)),
      line('suspended', durationText(statistics.suspendedMs)),
      line('holds', String(statistics.holds)),
      line('controls', String(statistics.controls)),
      line('findings', String(statistics.findings)),
      line('log lines', String(statistics.logLines)),
      '  last events:',
      ...report.lastEvents.map(
        (event) => `    ${signed(event.at - statistics.endedAt).padStart(10)}  ${event.text.replaceAll('\n', ' ')}`,
      ),
    ].join('\n'),
  )
}

/** Markdown that can be pasted into an issue. */
export function crashReportIssue(report: CrashReport): string {
  const { error, statistics } = report
  const { name, message } = error.reason
  return visibleText(
    [
      `### ${report.initialCall} failed: ${oneLine(message === '' ? name : `${name}: ${message}`)}`,
      '',
      `Task \`${report.source}/${report.id}\`, attempt ${report.attempt}, failed as \`${error.class}\` after ${durationText(statistics.runningMs)} running.`,
      '',
      ...fenced('Error', errorLines(error.reason).join('\n')),
      ...(report.input === undefined ? [] : fenced('Input', report.input.text)),
      ...(report.lastState === undefined ? [] : fenced('Last state', report.lastState.value.text)),
      `**Ancestors:** ${linksText(report.ancestors)}`,
      `**Links:** ${linksText(report.links)}`,
      `**Restarted with it:** ${report.restarted.join(', ') || 'none'}`,
      '',
      ...fenced('Whole report', crashReportText(report)),
    ].join('\n'),
  )
}

export function crashReportJson(report: CrashReport): string {
  return JSON.stringify(report, undefined, 2)
}

function errorLines(error: ErrorInfo, word = 'reason'): readonly string[] {
  const { name, message, code, stack, cause } = error
  const head = `${message === '' ? name : `${name}: ${message}`}${code === undefined ? '' : ` (${code})`}`
  return [
    line(word, head),
    ...(stack === undefined ? [] : framesOf(stack).map((frame) => `    ${frame}`)),
    ...(cause === undefined ? [] : errorLines(cause, 'caused by')),
  ]
}

/** A stack begins with its message, which has been said. */
function framesOf(stack: string): readonly string[] {
  return stack
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each.startsWith('at '))
}

function line(name: string, value: string): string {
  return `  ${`${name}:`.padEnd(14)} ${value.replaceAll('\n', '\n    ')}`
}

function linksText(links: readonly CrashLink[]): string {
  return links.map(({ name, kind, state }) => `${name} (${kind}, ${state})`).join(', ') || 'none'
}

function signed(ms: number): string {
  return ms >= 0 ? `+${durationText(ms)}` : `-${durationText(-ms)}`
}

function oneLine(text: string): string {
  const first = text.split('\n')[0] ?? ''
  return first.length > 120 ? `${first.slice(0, 119)}…` : first
}

/** A fence that is longer than any in the text, so nothing in it can end it. */
function fenced(title: string, text: string): readonly string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return [`**${title}**`, '', fence, text, fence, '']
}
