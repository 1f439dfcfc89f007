/** Draws the bars of the rows in view: grid, future, states, open ends, and the critical path below them. */
import { visibleText } from '../../core/model/visible-text.ts'
import { faceOf, type StateFace } from '../icons/state-face.ts'
import type { CanvasColors } from '../timeline/canvas-colors.ts'
import { hatch } from '../timeline/draw-marks.ts'
import { elapsedTicks, pixelOf, type TimeSpan } from '../timeline/time-span.ts'
import { longWaitText, waitText } from '../timeline/wait-text.ts'
import type { PathPart } from './critical-path.ts'
import { nodeFace, type SpanNode } from './span-node.ts'

const barHeight = 12
const radius = 2
const fade = 20

/** A part of the critical path with the row under which it is drawn. */
export interface PathOnRows extends PathPart {
  readonly row: number
}

export interface SpanScene {
  readonly nodes: readonly SpanNode[]
  /** Places of the spans that have a row, in order. */
  readonly rows: readonly number[]
  readonly rowHeight: number
  /** How far the rows are scrolled, CSS pixels. */
  readonly scrolled: number
  readonly span: TimeSpan
  /** Where the ruler starts to count. */
  readonly start: number
  readonly now: number
  readonly open: boolean
  readonly width: number
  readonly height: number
  readonly chosen: string | undefined
  /** When a search is on: what it found. The rest steps back. */
  readonly found: ReadonlySet<number> | undefined
  readonly path: readonly PathOnRows[]
  readonly colors: CanvasColors
}

/** Puts every part of a path on the row of its span, or on that of the nearest span above it that has one. */
export function pathOnRows(
  path: readonly PathPart[],
  nodes: readonly SpanNode[],
  rows: readonly number[],
): readonly PathOnRows[] {
  const rowOf = new Int32Array(nodes.length).fill(-1)
  rows.forEach((place, row) => {
    rowOf[place] = row
  })
  const rowAt = (place: number): number => {
    for (let above = place; above >= 0; above = nodes[above]?.parent ?? -1) {
      const row = rowOf[above] ?? -1
      if (row >= 0) return row
    }
    return -1
  }
  const parts: PathOnRows[] = []
  for (const part of path) {
    const row = part.place === undefined ? -1 : rowAt(part.place)
    const last = parts.at(-1)
    if (row < 0) continue
    if (last !== undefined && last.row === row && last.to === part.from)
      parts[parts.length - 1] = { ...last, to: part.to }
    else parts.push({ ...part, row })
  }
  return parts
}

export function drawSpans(context: CanvasRenderingContext2D, scene: SpanScene): void {
  const { nodes, rows, rowHeight, scrolled, span, now, width, height, colors } = scene
  context.clearRect(0, 0, width, height)
  const nowAt = Math.round(pixelOf(span, width, now))
  if (scene.open && nowAt < width) {
    context.fillStyle = colors.token['bg-sunken']
    context.fillRect(Math.max(0, nowAt), 0, width, height)
  }
  context.fillStyle = colors.token.grid
  for (const tick of elapsedTicks(span, width, scene.start)) {
    const x = Math.round(pixelOf(span, width, tick.at))
    context.fillRect(x, 0, 1, height)
  }
  context.font = '11px "Inter Variable", system-ui, sans-serif'
  context.textBaseline = 'middle'
  const first = Math.max(0, Math.floor(scrolled / rowHeight))
  const last = Math.min(rows.length - 1, Math.ceil((scrolled + height) / rowHeight))
  for (let row = first; row <= last; row += 1) {
    const place = rows[row]
    const node = place === undefined ? undefined : nodes[place]
    if (place === undefined || node === undefined) continue
    const top = row * rowHeight - scrolled
    if (node.id === scene.chosen) {
      context.fillStyle = colors.token.selected
      context.fillRect(0, top, width, rowHeight)
    }
    context.globalAlpha = scene.found === undefined || scene.found.has(place) ? 1 : 0.35
    drawNode(context, scene, node, top + (rowHeight - barHeight) / 2 - 1)
    context.globalAlpha = 1
  }
  drawPath(context, scene, first, last)
  if (scene.open && nowAt >= 0 && nowAt < width) {
    context.fillStyle = colors.token.accent
    context.fillRect(nowAt, 0, 1, height)
  }
}

interface Piece {
  readonly from: number
  readonly to: number | undefined
  readonly face: StateFace | undefined
  /** The first that fits whole is drawn. */
  readonly labels?: readonly string[]
}

/** The bar of a task that still lives shows its states, one after the other. */
function piecesOf(node: SpanNode): readonly Piece[] {
  if (node.kind === 'task' && node.to === undefined && node.intervals.length > 0) {
    return node.intervals.map(({ from, to, state }) => ({ from, to, face: faceOf(state) }))
  }
  const labels =
    node.kind === 'state' && node.interval.state !== 'running'
      ? { labels: [longWaitText(node.interval), waitText(node.interval)] }
      : {}
  return [{ from: node.from, to: node.to, face: nodeFace(node), ...labels }]
}

function drawNode(context: CanvasRenderingContext2D, scene: SpanScene, node: SpanNode, top: number): void {
  const { span, width, now, colors } = scene
  const pieces = piecesOf(node)
  pieces.forEach((piece, index) => {
    const from = pixelOf(span, width, piece.from)
    const to = Math.max(from + 2, pixelOf(span, width, piece.to ?? Math.max(now, piece.from)))
    if (to < -fade || from > width) return
    // A canvas counts in single floats: far outside, edges would jump.
    const left = Math.max(-10, from)
    const right = Math.min(width + 10, to)
    const open = piece.to === undefined
    drawPiece(context, colors, piece, {
      left,
      right,
      top,
      first: index === 0,
      last: index === pieces.length - 1 && !open,
    })
    if (open) drawOpenEnd(context, colors, piece.face, right, top)
    if (piece.labels !== undefined) drawLabel(context, colors, piece.labels, Math.max(0, left), right, top)
  })
}

interface Place {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly first: boolean
  readonly last: boolean
}

function fill(colors: CanvasColors, face: StateFace | undefined): string {
  return face === undefined ? colors.token['bar-neutral'] : colors.bar[face]
}

function drawPiece(context: CanvasRenderingContext2D, colors: CanvasColors, piece: Piece, place: Place): void {
  const { left, right, top } = place
  const width = right - left
  const near = place.first ? radius : 0
  const far = place.last ? radius : 0
  context.save()
  context.beginPath()
  context.roundRect(left, top, width, barHeight, [near, far, far, near])
  context.clip()
  if (piece.face !== 'lost') {
    context.fillStyle = fill(colors, piece.face)
    context.fillRect(left, top, width, barHeight)
  }
  if (piece.face === 'suspended') hatch(context, colors.token['bar-suspended-hatch'], left, top, width, barHeight)
  if (piece.face === 'lost') hatch(context, colors.state.lost, left, top, width, barHeight)
  if (piece.face === 'pending' || piece.face === 'lost') {
    context.strokeStyle = colors.token['hair-2']
    context.lineWidth = 2
    context.stroke()
  }
  context.restore()
}

/** A cap at now, and a fade into what is not known yet. */
function drawOpenEnd(
  context: CanvasRenderingContext2D,
  colors: CanvasColors,
  face: StateFace | undefined,
  right: number,
  top: number,
): void {
  const alpha = context.globalAlpha
  context.fillStyle = fill(colors, face)
  // In steps, because a gradient to `transparent` goes through grey.
  for (let x = 0; x < fade; x += 2) {
    context.globalAlpha = alpha * 0.7 * (1 - x / fade)
    context.fillRect(right + x, top, 2, barHeight)
  }
  context.globalAlpha = alpha
  context.fillStyle = face === undefined ? colors.token['text-3'] : colors.state[face]
  context.fillRect(right - 2, top, 2, barHeight)
}

function drawLabel(
  context: CanvasRenderingContext2D,
  colors: CanvasColors,
  labels: readonly string[],
  left: number,
  right: number,
  top: number,
): void {
  if (right - left < 24) return
  const label = labels.map(visibleText).find((text) => context.measureText(text).width <= right - left - 10)
  if (label === undefined) return
  context.fillStyle = colors.token['text-in-bar']
  context.fillText(label, left + 5, top + barHeight / 2 + 0.5)
}

function drawPath(context: CanvasRenderingContext2D, scene: SpanScene, first: number, last: number): void {
  const { path, rowHeight, scrolled, span, width, colors } = scene
  const under = (row: number) => row * rowHeight - scrolled + (rowHeight + barHeight) / 2
  context.save()
  context.fillStyle = colors.token['text-1']
  context.strokeStyle = colors.token['text-3']
  context.lineWidth = 1
  context.setLineDash([1, 2])
  let before: PathOnRows | undefined
  for (const part of path) {
    const from = pixelOf(span, width, part.from)
    const to = pixelOf(span, width, part.to)
    if (to >= 0 && from <= width) {
      if (part.row >= first && part.row <= last) {
        const left = Math.max(-2, from)
        context.fillRect(left, under(part.row), Math.max(1, Math.min(width, to) - left), 2)
      }
      if (before !== undefined)
        drawStep(context, before, part, { first, last, x: Math.round(from) + 0.5, under, span, width })
    }
    before = part
  }
  context.restore()
}

interface Step {
  readonly first: number
  readonly last: number
  readonly x: number
  readonly under: (row: number) => number
  readonly span: TimeSpan
  readonly width: number
}

/** From the end of one part to the start of the next: down or up, and along where nothing was recorded between. */
function drawStep(context: CanvasRenderingContext2D, before: PathOnRows, part: PathOnRows, step: Step): void {
  const { first, last, x, under, span, width } = step
  const top = Math.min(before.row, part.row)
  const bottom = Math.max(before.row, part.row)
  if (bottom < first || top > last) return
  const high = under(Math.max(top, first - 1))
  const low = under(Math.min(bottom, last + 1))
  context.beginPath()
  if (before.to < part.from) {
    context.moveTo(Math.max(0, pixelOf(span, width, before.to)), under(before.row) + 1)
    context.lineTo(x, under(before.row) + 1)
  }
  context.moveTo(x, high)
  context.lineTo(x, low)
  context.stroke()
}
