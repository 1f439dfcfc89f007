/** The stretch of time in view: following now, or standing where a person put it. */
import { useCallback, useMemo, useState } from 'react'
import { following, futureShare, moved, type TimeSpan, zoomed } from './time-span.ts'

/** Until a person zooms, the whole session is in view while it is no longer than this. */
const longestFirstMs = 100_000
const shortestFirstMs = 1000
/** So much is in view while there is no task. */
const emptyMs = 4000
/** The view grows in steps, so that it stands still for a while between two of them. */
const firstStep = 1.25
/** How much of the width lies before the first task while the whole session is in view. */
const pastShare = 0.01

/** The length of the view before a person has chosen one, milliseconds. */
export function firstLength(session: TimeSpan | undefined): number {
  if (session === undefined) return emptyMs
  const whole = (session.to - session.from) / (1 - futureShare - pastShare)
  if (whole >= longestFirstMs) return longestFirstMs
  const steps = Math.ceil(Math.log(Math.max(1, whole / shortestFirstMs)) / Math.log(firstStep))
  return Math.min(longestFirstMs, shortestFirstMs * firstStep ** steps)
}

function beginning(first: number, lengthMs: number): TimeSpan {
  const from = first - lengthMs * pastShare
  return { from, to: from + lengthMs }
}

export interface TimelineView {
  readonly span: TimeSpan
  readonly follows: boolean
  follow(): void
  /** `factor` below 1 looks closer; without an anchor the newest end (or the middle) keeps its place. */
  zoom(factor: number, anchor?: number): void
  move(byMs: number): void
  show(span: TimeSpan): void
  /** The whole session, going on. */
  fit(): void
}

/** @param now the newest end, which the view follows */
export function useTimelineView(now: number, session: TimeSpan | undefined): TimelineView {
  const [wantedMs, setLengthMs] = useState<number>()
  const [fixed, setFixed] = useState<TimeSpan>()
  const lengthMs = wantedMs ?? firstLength(session)
  // Of a session that has just begun the first task stands at the left edge, and what follows fills the rest.
  const from = wantedMs === undefined && lengthMs < longestFirstMs ? session?.from : undefined
  const span = useMemo(
    () => fixed ?? (from === undefined ? following(now, lengthMs) : beginning(from, lengthMs)),
    [fixed, from, now, lengthMs],
  )

  const show = useCallback((next: TimeSpan) => {
    setLengthMs(next.to - next.from)
    setFixed(next)
  }, [])
  return {
    span,
    follows: fixed === undefined,
    show,
    follow: () => setFixed(undefined),
    zoom(factor, anchor) {
      const next = zoomed(span, factor, anchor ?? (fixed === undefined ? now : (span.from + span.to) / 2))
      setLengthMs(next.to - next.from)
      if (fixed !== undefined || anchor !== undefined) setFixed(next)
    },
    move: (byMs) => show(moved(span, byMs)),
    fit() {
      if (session === undefined) return
      setFixed(undefined)
      setLengthMs(Math.max(1000, (session.to - session.from) / (1 - futureShare)))
    },
  }
}
