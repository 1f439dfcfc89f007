/**
 * Folds what tasks report often: of progress and checkpoints the newest per task and 16 ms is emitted, with a count of
 * those folded into it; log lines are kept in order up to a bound. `flush` empties one task before its transition.
 * What a task reports after its end is a sign of life, nothing else.
 */
import type { Clock, Timers } from '../model/clock.ts'
import type { LogLine } from '../model/event.ts'
import type { Emit } from '../model/stamp.ts'
import { breakOnProgress } from './breakpoints/break-at.ts'
import { formatLine } from './format-value.ts'
import type { Task } from './task.ts'
import type { ProgressUpdate } from './task-context.ts'

/** One frame of a 60 Hz screen: nobody sees more. Milliseconds. */
export const foldMs = 16
/** Lines of one task kept per fold; more are dropped and counted. */
const mostLines = 200

/** What one task has reported since its last flush. */
export class TaskSamples {
  dirty = false
  current = 0
  total: number | undefined = undefined
  message: string | undefined = undefined
  progresses = 0
  label = ''
  checkpoints = 0
  lines: LogLine[] | undefined = undefined
  dropped = 0
  sign: string | undefined = undefined
  /** Since its start. */
  allCheckpoints = 0
  allProgresses = 0
  /** The highest progress so far: it never goes back. */
  highest = Number.NEGATIVE_INFINITY
}

export interface SampleFolder {
  progress(task: Task, update: ProgressUpdate): void
  checkpoint(task: Task, label: string): void
  /** The code has come to a checkpoint that leaves no sample. */
  unsampled(): void
  line(task: Task, line: LogLine): void
  /** Its function shows life after its end. */
  sign(task: Task, text: string): void
  flush(task: Task): void
  flushAll(): void
}

/**
 * @param prompt with it, samples also leave while a task's code never lets the event loop turn.
 * @param before called before each checkpoint, sampled or not, and each progress.
 */
export function createSampleFolder(emit: Emit, timers: Timers, prompt?: Clock, before?: () => void): SampleFolder {
  let dirty: Task[] = []
  let armed = false
  let stop: (() => void) | undefined
  let dirtySince = 0

  function touch(task: Task): TaskSamples {
    task.samples ??= new TaskSamples()
    const samples = task.samples
    if (!samples.dirty) {
      samples.dirty = true
      dirty.push(task)
      if (!armed) {
        armed = true
        dirtySince = prompt?.now() ?? 0
        stop = timers.after(foldMs, flushAll)
      }
    }
    return samples
  }

  function progressed(task: Task, samples: TaskSamples): void {
    if (task.sys?.trace) flush(task)
    breakOnProgress(task, samples.current)
  }

  function flushAll(): void {
    stop?.()
    stop = undefined
    armed = false
    const tasks = dirty
    dirty = []
    for (const task of tasks) flush(task)
  }

  function hurry(): void {
    if (prompt !== undefined && prompt.now() - dirtySince >= foldMs) flushAll()
  }

  function flush(task: Task): void {
    const { samples } = task
    if (samples === undefined || !samples.dirty) return
    samples.dirty = false
    emitSamples(task, samples, emit)
  }

  return {
    progress(task, update) {
      before?.()
      const samples = touch(task)
      const { current, total } = clampProgress(samples, update)
      samples.current = current
      samples.total = total
      samples.message = update.message
      samples.progresses += 1
      samples.allProgresses += 1
      if (task.sys !== undefined) progressed(task, samples)
      hurry()
    },
    checkpoint(task, label) {
      before?.()
      const samples = touch(task)
      samples.label = label
      samples.checkpoints += 1
      samples.allCheckpoints += 1
      if (task.sys?.trace) flush(task)
      hurry()
    },
    unsampled() {
      before?.()
    },
    line(task, line) {
      const samples = touch(task)
      samples.lines ??= []
      if (samples.lines.length < mostLines) samples.lines.push(line)
      else samples.dropped += 1
      hurry()
    },
    sign(task, text) {
      touch(task).sign = text
    },
    flush,
    flushAll,
  }
}

/** Progress never goes back nor past its total; what is no number counts as no change. */
function clampProgress(samples: TaskSamples, update: ProgressUpdate): { current: number; total: number | undefined } {
  const total = typeof update.total === 'number' && update.total >= 0 ? update.total : samples.total
  let current = typeof update.current === 'number' && !Number.isNaN(update.current) ? update.current : 0
  if (current < samples.highest) current = samples.highest
  if (total !== undefined && current > total) current = total
  if (current > samples.highest) samples.highest = current
  return { current, total }
}

function emitSamples(task: Task, samples: TaskSamples, emit: Emit): void {
  const { id } = task
  if (samples.lines !== undefined) {
    const { lines, dropped } = samples
    samples.lines = undefined
    samples.dropped = 0
    emit({ kind: 'task.log', id, lines, ...(dropped > 0 && { dropped }) })
  }
  if (samples.checkpoints > 0) {
    const folded = samples.checkpoints - 1
    samples.checkpoints = 0
    emit({ kind: 'task.checkpoint', id, label: samples.label, ...(folded > 0 && { folded }) })
  }
  if (samples.progresses > 0) emitProgress(task, samples, emit)
  if (samples.sign !== undefined) {
    const text = samples.sign
    samples.sign = undefined
    emit({ kind: 'task.sign', id, text })
  }
}

function emitProgress(task: Task, samples: TaskSamples, emit: Emit): void {
  const folded = samples.progresses - 1
  samples.progresses = 0
  const progress = {
    current: samples.current,
    ...(samples.total !== undefined && { total: samples.total }),
    ...(samples.message !== undefined && { message: formatLine(samples.message) }),
  }
  emit({ kind: 'task.progress', id: task.id, ...progress, ...(folded > 0 && { folded }) })
  const { onProgress, progressToken } = task.options
  onProgress?.({ ...progress, ...(progressToken !== undefined && { token: progressToken }) })
}
