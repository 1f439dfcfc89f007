/** A canvas in CSS pixels that is sharp on every screen; drawn again whenever `draw` is another function. */
import { type PointerEvent, type ReactNode, useLayoutEffect, useRef, type WheelEvent } from 'react'

export interface CanvasProps {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly draw: ((context: CanvasRenderingContext2D) => void) | undefined
  readonly className?: string | undefined
  readonly onPointerDown?: (event: PointerEvent<HTMLCanvasElement>) => void
  readonly onPointerMove?: (event: PointerEvent<HTMLCanvasElement>) => void
  readonly onPointerUp?: (event: PointerEvent<HTMLCanvasElement>) => void
  readonly onWheel?: (event: WheelEvent<HTMLCanvasElement>) => void
}

export function Canvas({ name, width, height, draw, className, ...listeners }: CanvasProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const { current } = canvas
    const context = current?.getContext('2d')
    if (current === null || context == null || draw === undefined) return
    const ratio = globalThis.devicePixelRatio || 1
    current.width = Math.max(1, Math.round(width * ratio))
    current.height = Math.max(1, Math.round(height * ratio))
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    draw(context)
  }, [width, height, draw])
  return (
    <canvas ref={canvas} className={className} style={{ width, height }} role="img" aria-label={name} {...listeners} />
  )
}
