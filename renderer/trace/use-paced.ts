import { useEffect, useRef, useState } from 'react'
import type { Trace } from '../../core/model/trace.ts'

/** From so many tasks on, a trace is made into spans at most once a second: that takes a part of one. */
const largeFrom = 2000
const largeEveryMs = 1000

/** The trace as it comes, or, when it is large, as it was up to a second ago. */
export function usePaced(trace: Trace | undefined): Trace | undefined {
  const [shown, setShown] = useState(trace)
  const shownAt = useRef(0)
  const large =
    trace !== undefined && shown !== undefined && shown.traceId === trace.traceId && trace.tasks.size > largeFrom
  useEffect(() => {
    if (!large || trace === shown) return undefined
    const wait = Math.max(0, shownAt.current + largeEveryMs - performance.now())
    const timer = setTimeout(() => {
      shownAt.current = performance.now()
      setShown(trace)
    }, wait)
    return () => clearTimeout(timer)
  }, [large, trace, shown])
  if (large) return shown
  if (trace !== shown) setShown(trace)
  return trace
}
