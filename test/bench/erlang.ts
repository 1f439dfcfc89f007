/**
 * The Erlang bar: a script outside this repository, named by the person who wants to compare. On a machine with other
 * work a bar of a minute ago says little, so it runs before and after each section that is compared with it.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findOnPath } from '../../electron/tools/set-up/find-on-path.mjs'
import { rounded } from './statistics.ts'

export interface ErlangBar {
  /** Microseconds. */
  readonly startUs: number
  readonly tasksPerSecond: number
  readonly cancelOneP50Us: number
  readonly cancelThousandP50Us: number
  readonly cancelThousandP99Us: number
}

export type ErlangResult =
  | { readonly ran: true; readonly version: string; readonly bar: ErlangBar }
  | { readonly ran: false; readonly why: string }

export async function runErlang(script: string | undefined): Promise<ErlangResult> {
  if (script === undefined) {
    return { ran: false, why: 'no script given: --erlang PATH or TASKSCOPE_ERLANG_BENCH names one' }
  }
  if (findOnPath('erl') === undefined || findOnPath('erlc') === undefined) {
    return { ran: false, why: 'erl is not installed (Debian: erlang-nox)' }
  }
  const { stdout } = await promisify(execFile)(script, ['two_proc'], { maxBuffer: 2 ** 24 })
  return parseErlang(stdout)
}

/** Halfway between two runs of it. */
export function between(before: ErlangBar, after: ErlangBar): ErlangBar {
  const middle = (name: keyof ErlangBar) => rounded((before[name] + after[name]) / 2)
  return {
    startUs: middle('startUs'),
    tasksPerSecond: middle('tasksPerSecond'),
    cancelOneP50Us: middle('cancelOneP50Us'),
    cancelThousandP50Us: middle('cancelThousandP50Us'),
    cancelThousandP99Us: middle('cancelThousandP99Us'),
  }
}

/** Reads lines such as `two-process variant: start -> running   n=5 x 10000  p50 3.17 us [3.1..3.3]  p99 …`. */
export function parseErlang(output: string): ErlangResult {
  const lines = output.split('\n')
  const read = (label: string, pattern: RegExp): number => {
    const line = lines.find((candidate) => candidate.startsWith(label)) ?? ''
    return Number(pattern.exec(line)?.[1] ?? Number.NaN)
  }
  const p50 = /p50 ([\d.]+) us/
  const bar: ErlangBar = {
    startUs: read('two-process variant: start -> running', p50),
    tasksPerSecond: read('two-process variant: 100k end to end', /\s(\d+) \/s/),
    cancelOneP50Us: read('two-process: cancel -> task_cancelled, 1 live', p50),
    cancelThousandP50Us: read('two-process: cancel one by one, 1000 live', p50),
    cancelThousandP99Us: read('two-process: cancel one by one, 1000 live', /p99 ([\d.]+) us/),
  }
  const missing = Object.entries(bar).filter(([, value]) => !Number.isFinite(value))
  if (missing.length > 0) {
    return { ran: false, why: `its output was not understood: no ${missing.map(([name]) => name).join(', ')}` }
  }
  return { ran: true, version: lines.find((line) => line.startsWith('#'))?.slice(2) ?? 'unknown', bar }
}
