import { type PointerEvent, type ReactNode, useMemo } from 'react'
import { durationText } from '../detail/time-text.ts'
import { Canvas } from './canvas.tsx'
import { useCanvasColors } from './canvas-colors.ts'
import { drawMinimap, sliceWidth } from './draw-minimap.ts'
import { sessionLoad } from './session-load.ts'
import type { TaskTimes } from './task-times.ts'
import { type TimeSpan, timeAt } from './time-span.ts'
import styles from './timeline.module.css'
import type { TimelineView } from './use-view.ts'

const height = 27

/** The whole session at a glance; dragging on it moves the view. */
export function Minimap({
  times,
  session,
  view,
  width,
  now,
}: {
  readonly times: TaskTimes
  readonly session: TimeSpan | undefined
  readonly view: TimelineView
  readonly width: number
  readonly now: number
}): ReactNode {
  const colors = useCanvasColors()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` stands for the times, which change in place
  const load = useMemo(
    () => (session === undefined ? undefined : sessionLoad(times, session, width / sliceWidth)),
    [times, session, width, now],
  )
  const draw = useMemo(() => {
    if (load === undefined || colors === undefined) return undefined
    return (context: CanvasRenderingContext2D) => drawMinimap(context, { load, view: view.span, width, height, colors })
  }, [load, colors, view.span, width])

  function centre(event: PointerEvent<HTMLCanvasElement>): void {
    if (session === undefined) return
    const pixel = event.clientX - event.currentTarget.getBoundingClientRect().left
    const half = (view.span.to - view.span.from) / 2
    const at = timeAt(session, width, pixel)
    view.show({ from: at - half, to: at + half })
  }

  return (
    <div className={styles.minimap}>
      <span className={styles.session}>
        Session
        {session === undefined ? undefined : <span>{durationText(session.to - session.from)}</span>}
      </span>
      <Canvas
        name="Live tasks over the session"
        className={styles.minimapCanvas}
        width={width}
        height={height}
        draw={draw}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          centre(event)
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) centre(event)
        }}
      />
    </div>
  )
}
