/** Small drawings of a canvas that match the glyphs of the window. */
import type { StateFace } from '../icons/state-face.ts'
import type { CanvasColors } from './canvas-colors.ts'

/** Lines at 135 degrees, 1 px in every 5, within a clip that the caller has set. */
export function hatch(
  context: CanvasRenderingContext2D,
  color: string,
  left: number,
  top: number,
  width: number,
  height: number,
): void {
  const step = 5 * Math.SQRT2
  // Lines keep their places on the page while the bar grows.
  const first = Math.floor((left - height) / step) * step
  context.strokeStyle = color
  context.lineWidth = 1
  context.beginPath()
  for (let x = first; x < left + width; x += step) {
    context.moveTo(x, top + height)
    context.lineTo(x + height, top)
  }
  context.stroke()
}

/** The glyph of an end, 14 px, its left upper corner at the given place. */
export function drawEnd(
  context: CanvasRenderingContext2D,
  colors: CanvasColors,
  face: StateFace,
  left: number,
  top: number,
): void {
  context.save()
  context.translate(left, top)
  context.strokeStyle = colors.state[face]
  context.fillStyle = colors.state[face]
  context.lineWidth = 1.5
  context.lineCap = 'round'
  context.beginPath()
  if (face === 'cancelled') {
    context.arc(7, 7, 4.5, 0, Math.PI * 2)
    context.moveTo(10, 4)
    context.lineTo(4, 10)
    context.stroke()
  } else if (face === 'killed') {
    context.fill(new Path2D('M4.5 1h5L13 4.5v5L9.5 13h-5L1 9.5v-5z'))
    context.strokeStyle = colors.token['bg-pane']
    cross(context, 5, 9)
  } else if (face === 'lost') {
    context.strokeRect(2.5, 2.5, 9, 9)
    context.moveTo(2.5, 11.5)
    context.lineTo(11.5, 2.5)
    context.stroke()
  } else {
    cross(context, 3.5, 10.5)
  }
  context.restore()
}

function cross(context: CanvasRenderingContext2D, low: number, high: number): void {
  context.beginPath()
  context.moveTo(low, low)
  context.lineTo(high, high)
  context.moveTo(high, low)
  context.lineTo(low, high)
  context.stroke()
}

export function drawDiamond(context: CanvasRenderingContext2D, color: string, x: number, y: number): void {
  context.strokeStyle = color
  context.lineWidth = 1.25
  context.beginPath()
  context.moveTo(x, y - 3)
  context.lineTo(x + 3, y)
  context.lineTo(x, y + 3)
  context.lineTo(x - 3, y)
  context.closePath()
  context.stroke()
}
