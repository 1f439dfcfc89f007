/** Draws the load of the session and the stretch of it that is in view. */
import type { CanvasColors } from './canvas-colors.ts'
import type { SessionLoad } from './session-load.ts'
import { pixelOf, type TimeSpan } from './time-span.ts'

/** Pixels per slice: three of colour and one free. */
export const sliceWidth = 4

export interface MinimapScene {
  readonly load: SessionLoad
  readonly view: TimeSpan
  readonly width: number
  readonly height: number
  readonly colors: CanvasColors
}

export function drawMinimap(context: CanvasRenderingContext2D, scene: MinimapScene): void {
  const { load, view, width, height, colors } = scene
  context.clearRect(0, 0, width, height)
  const tallest = height - 7
  load.live.forEach((count, slice) => {
    if (count === 0) return
    const tall = Math.max(2, Math.round((count / load.most) * tallest))
    context.fillStyle = colors.bar.running
    context.fillRect(slice * sliceWidth, height - 1 - tall, sliceWidth - 1, tall)
    const held = Math.min(count, load.suspended[slice] ?? 0)
    if (held === 0) return
    context.fillStyle = colors.bar.suspended
    const part = Math.max(2, Math.round((held / load.most) * tallest))
    context.fillRect(slice * sliceWidth, height - 1 - part, sliceWidth - 1, part)
  })
  context.fillStyle = colors.state.failed
  for (const slice of load.failures) context.fillRect(slice * sliceWidth, 1, 2, 5)
  const from = Math.max(0, pixelOf(load.span, width, view.from))
  const to = Math.min(width, pixelOf(load.span, width, view.to))
  if (to <= 0 || from >= width) return
  context.fillStyle = colors.token['accent-brush']
  context.fillRect(from, 0, to - from, height)
  context.fillStyle = colors.token.accent
  context.fillRect(from, 0, 2, height)
  context.fillRect(to - 2, 0, 2, height)
}
