/** The canvas of the bars: dragging moves the view, the wheel with Ctrl or ⌘ looks closer, a click chooses the row. */
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import { Canvas } from '../timeline/canvas.tsx'
import { timeAt } from '../timeline/time-span.ts'
import { drawSpans, type SpanScene } from './draw-spans.ts'
import type { TraceView } from './use-trace-view.ts'

export interface BarCanvasProps {
  readonly scene: SpanScene | undefined
  readonly view: TraceView
  readonly height: number
  readonly className: string | undefined
  /** A click at this height, CSS pixels from the top. */
  readonly onRow: (y: number) => void
  readonly onScrollBy: (pixels: number) => void
}

/** A pointer that moved less was a click. */
const clickPixels = 3

export function BarCanvas({ scene, view, height, className, onRow, onScrollBy }: BarCanvasProps): ReactNode {
  const frame = useRef<HTMLDivElement>(null)
  const grabbed = useRef<{ x: number; y: number; moved: boolean }>(undefined)
  const width = scene?.width ?? 0
  const msPerPixel = (view.span.to - view.span.from) / Math.max(1, width)
  const draw = useMemo(
    () => (scene === undefined ? undefined : (context: CanvasRenderingContext2D) => drawSpans(context, scene)),
    [scene],
  )

  // React listens to wheels passively, and a passive listener cannot keep the page from scrolling along.
  const onWheel = useRef<(event: WheelEvent) => void>(undefined)
  onWheel.current = (event) => {
    const box = frame.current?.getBoundingClientRect()
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault()
      view.zoom(1.0015 ** event.deltaY, timeAt(view.span, width, event.clientX - (box?.left ?? 0)))
    } else if (event.deltaX !== 0 || event.shiftKey) {
      event.preventDefault()
      view.move((event.deltaX === 0 ? event.deltaY : event.deltaX) * msPerPixel)
    }
  }
  useEffect(() => {
    const { current } = frame
    if (current === null) return undefined
    const listen = (event: WheelEvent) => onWheel.current?.(event)
    current.addEventListener('wheel', listen, { passive: false })
    return () => current.removeEventListener('wheel', listen)
  }, [])

  return (
    <div ref={frame} className={className} aria-hidden="true">
      <Canvas
        name="Bars of the spans in view"
        width={width}
        height={height}
        draw={draw}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          grabbed.current = { x: event.clientX, y: event.clientY, moved: false }
        }}
        onPointerMove={(event) => {
          const { current } = grabbed
          if (current === undefined) return
          const dx = event.clientX - current.x
          const dy = event.clientY - current.y
          if (!current.moved && Math.hypot(dx, dy) < clickPixels) return
          grabbed.current = { x: event.clientX, y: event.clientY, moved: true }
          if (dx !== 0 && !view.fitted) view.move(-dx * msPerPixel)
          if (dy !== 0) onScrollBy(-dy)
        }}
        onPointerUp={(event) => {
          const click = grabbed.current?.moved === false
          grabbed.current = undefined
          if (click) onRow(event.clientY - event.currentTarget.getBoundingClientRect().top)
        }}
      />
    </div>
  )
}
