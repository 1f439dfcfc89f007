import { useEffect, useMemo, useState } from 'react'
import { useNow } from '../state/hooks.ts'
import { useModel } from '../state/window-context.tsx'
import { createTaskTimes, type TaskTimes } from './task-times.ts'

/** A first change shows at once; many that follow each other show no more often than this, milliseconds. */
const paceMs = 250

/**
 * The times of all tasks of the window, kept while the component lives. `revision` grows with what begins, ends or
 * turns, and renders the component again.
 */
export function useTaskTimes(): { readonly times: TaskTimes; readonly revision: number } {
  const model = useModel()
  const [times] = useState(() => createTaskTimes(() => model.store.getState().rows))
  const [revision, setRevision] = useState(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let shown = -1
    let shownAt = 0
    const show = () => {
      timer = undefined
      shown = times.revision()
      shownAt = performance.now()
      setRevision(shown)
    }
    // What changed between the first look and now was not told.
    times.reset()
    show()
    const stop = model.onChange((change) => {
      times.apply(change)
      if (timer !== undefined || times.revision() === shown) return
      const wait = shownAt + paceMs - performance.now()
      if (wait <= 0) show()
      else timer = setTimeout(show, wait)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [model, times])
  return { times, revision }
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
