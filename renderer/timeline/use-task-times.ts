import { useEffect, useMemo, useState } from 'react'
import { useNow } from '../state/hooks.ts'
import { useModel } from '../state/window-context.tsx'
import { createTaskTimes, type TaskTimes } from './task-times.ts'

/** The times of all tasks of the window, kept while the component lives. */
export function useTaskTimes(): TaskTimes {
  const model = useModel()
  const [times] = useState(() => createTaskTimes(() => model.store.getState().rows))
  useEffect(() => {
    // What changed between the first look and now was not told.
    times.reset()
    return model.onChange(times.apply)
  }, [model, times])
  return times
}

/** Of the clock of another machine, which may be wrong, no more than this is believed, milliseconds. */
const mostAheadMs = 1000
/** Many tasks that begin and end one after another move the newest end no more often than this, milliseconds. */
const stepMs = 100

/** The newest end of the timeline: the last tick of the window's clock, or what has happened to a task since. */
export function useNewestEnd(times: TaskTimes): number {
  const tick = useNow()
  const newest = times.newest()
  const step = Math.floor(newest / stepMs)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a step stands for what happened within it
  return useMemo(() => (newest > tick && newest - tick <= mostAheadMs ? newest : tick), [tick, step])
}
