/** The whole trace at a glance. Dragging chooses the stretch in view, a click moves it there. */
import { type PointerEvent, type ReactNode, useMemo, useRef } from 'react'
import { Canvas } from '../timeline/canvas.tsx'
import type { CanvasColors } from '../timeline/canvas-colors.ts'
import { drawMinimap, sliceWidth } from '../timeline/draw-minimap.ts'
import { timeAt } from '../timeline/time-span.ts'
import type { SpanTree } from './span-tree.ts'
import { traceLoad } from './trace-load.ts'
import type { TraceView } from './use-trace-view.ts'
import styles from './waterfall.module.css'

const height = 27
const clickPixels = 3

export function TraceMinimap({
  tree,
  view,
  width,
  now,
  colors,
}: {
  readonly tree: SpanTree
  readonly view: TraceView
  readonly width: number
  readonly now: number
  readonly colors: CanvasColors | undefined
}): ReactNode {
  const start = useRef<number>(undefined)
  const { whole, span } = view
  const { from, to } = whole
  const load = useMemo(() => traceLoad(tree.nodes, { from, to }, now, width / sliceWidth), [tree, from, to, now, width])
  const draw = useMemo(
    () =>
      colors === undefined
        ? undefined
        : (context: CanvasRenderingContext2D) => drawMinimap(context, { load, view: span, width, height, colors }),
    [load, span, width, colors],
  )

  function pixel(event: PointerEvent<HTMLCanvasElement>): number {
    return event.clientX - event.currentTarget.getBoundingClientRect().left
  }

  return (
    <Canvas
      name="Open spans over the whole trace"
      className={styles.minimap}
      width={width}
      height={height}
      draw={draw}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = pixel(event)
      }}
      onPointerMove={(event) => {
        const { current } = start
        if (current === undefined || Math.abs(pixel(event) - current) < clickPixels) return
        const [low, high] = [current, pixel(event)].toSorted((a, b) => a - b)
        view.show({ from: timeAt(whole, width, low ?? 0), to: timeAt(whole, width, high ?? 0) })
      }}
      onPointerUp={(event) => {
        const { current } = start
        start.current = undefined
        if (current === undefined || Math.abs(pixel(event) - current) >= clickPixels) return
        const half = (span.to - span.from) / 2
        const at = timeAt(whole, width, current)
        view.show({ from: at - half, to: at + half })
      }}
    />
  )
}
