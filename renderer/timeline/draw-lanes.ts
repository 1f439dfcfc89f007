/** Draws the lanes: grid, future, bars with their labels, checkpoints, wishes, ends and signs of life. */

import { visibleText } from '../../core/model/visible-text.ts'
import { durationText } from '../detail/time-text.ts'
import { faceWord, type StateFace } from '../icons/state-face.ts'
import type { CanvasColors } from './canvas-colors.ts'
import { drawDiamond, drawEnd, hatch } from './draw-marks.ts'
import type { Bar, TaskBars } from './lane-bars.ts'
import { clockTicks, pixelOf, type TimeSpan } from './time-span.ts'

export const laneHeight = 20
const barTop = 3
const barHeight = 12
const radius = 2

export interface LanePicture {
  readonly tasks: readonly TaskBars[]
  /** With several tasks each bar is labelled with what its task is for; without that, with its state. */
  readonly labels: ReadonlyMap<string, string>
  readonly selected: boolean
}

export interface LaneScene {
  readonly lanes: readonly LanePicture[]
  readonly span: TimeSpan
  readonly now: number
  readonly width: number
  readonly height: number
  readonly colors: CanvasColors
}

export function drawLanes(context: CanvasRenderingContext2D, scene: LaneScene): void {
  const { lanes, span, now, width, height, colors } = scene
  context.clearRect(0, 0, width, height)
  const nowAt = Math.round(pixelOf(span, width, now))
  if (nowAt < width) {
    context.fillStyle = colors.token['bg-sunken']
    context.fillRect(Math.max(0, nowAt), 0, width, height)
  }
  lanes.forEach((lane, index) => {
    if (!lane.selected) return
    context.globalAlpha = 0.45
    context.fillStyle = colors.token.selected
    context.fillRect(0, index * laneHeight, Math.max(0, Math.min(width, nowAt)), laneHeight)
    context.globalAlpha = 1
  })
  context.fillStyle = colors.token.grid
  for (const tick of clockTicks(span, width)) context.fillRect(Math.round(pixelOf(span, width, tick.at)), 0, 1, height)
  context.font = '11px "Inter Variable", system-ui, sans-serif'
  context.textBaseline = 'middle'
  lanes.forEach((lane, index) => {
    for (const task of lane.tasks) drawTask(context, scene, task, index * laneHeight, lane)
  })
  if (nowAt >= 0 && nowAt < width) {
    context.fillStyle = colors.token.accent
    context.fillRect(nowAt, 0, 1, height)
  }
}

function drawTask(
  context: CanvasRenderingContext2D,
  scene: LaneScene,
  task: TaskBars,
  top: number,
  lane: LanePicture,
): void {
  const { span, width, colors, now } = scene
  const last = task.bars.length - 1
  task.bars.forEach((bar, index) => {
    const from = pixelOf(span, width, bar.from)
    const to = Math.max(from + 2, pixelOf(span, width, bar.open ? Math.max(bar.from, now) : bar.to))
    if (to < 0 || from > width) return
    drawBar(context, colors, bar, { from, to, top: top + barTop, first: index === 0, last: index === last })
    const label = lane.tasks.length > 1 ? lane.labels.get(task.key) : undefined
    drawLabel(context, colors, labelsOf(bar, label), from, to, top + barTop + barHeight / 2)
  })
  context.fillStyle = colors.token['text-2']
  for (const at of task.checkpoints) {
    const x = Math.round(pixelOf(span, width, at))
    // What came since the last tick of the clock is drawn with the bar that it belongs to.
    if (x >= 0 && x < width && at <= now) context.fillRect(x, top + barTop + barHeight, 1, 3)
  }
  if (task.asked !== undefined) drawAsked(context, scene, task.asked, top)
  if (task.end !== undefined) {
    const x = pixelOf(span, width, task.end.at)
    if (x > -20 && x < width) drawEnd(context, colors, task.end.face, x + 2, top + barTop - 1)
  }
  for (const at of task.signs) {
    const x = pixelOf(span, width, at)
    if (x > -5 && x < width) drawDiamond(context, colors.state.suspended, x, top + barTop + barHeight / 2)
  }
}

interface Place {
  readonly from: number
  readonly to: number
  readonly top: number
  readonly first: boolean
  readonly last: boolean
}

function drawBar(context: CanvasRenderingContext2D, colors: CanvasColors, bar: Bar, place: Place): void {
  const { from, to, top, first, last } = place
  const width = to - from
  const left = first ? radius : 0
  const right = last && !bar.open ? radius : 0
  context.save()
  context.beginPath()
  context.roundRect(from, top, width, barHeight, [left, right, right, left])
  context.clip()
  context.fillStyle = colors.bar[bar.face]
  context.fillRect(from, top, width, barHeight)
  if (bar.face === 'suspended') hatch(context, colors.token['bar-suspended-hatch'], from, top, width, barHeight)
  if (bar.face === 'pending') {
    context.strokeStyle = colors.token['hair-2']
    context.lineWidth = 2
    context.stroke()
  }
  if (bar.open) {
    context.fillStyle = colors.state[bar.face]
    context.fillRect(to - 2, top, 2, barHeight)
  }
  context.restore()
}

/** The longest of them that fits whole is drawn; none when none does. */
function labelsOf(bar: Bar, task: string | undefined): readonly string[] {
  if (task !== undefined) return [task]
  const words = [...(bar.causes ?? []), faceWord(bar.face)]
  return words.flatMap((word) => [`${word} ${durationText(bar.to - bar.from)}`, word])
}

function drawLabel(
  context: CanvasRenderingContext2D,
  colors: CanvasColors,
  labels: readonly string[],
  from: number,
  to: number,
  middle: number,
): void {
  const left = Math.max(from, 0) + 5
  const room = to - left - 4
  if (room < 16) return
  const label = labels.map(visibleText).find((text) => context.measureText(text).width <= room)
  if (label === undefined) return
  context.fillStyle = colors.token['text-in-bar']
  context.fillText(label, left, middle + 0.5)
}

function drawAsked(
  context: CanvasRenderingContext2D,
  { span, width, colors }: LaneScene,
  asked: { readonly at: number; readonly face: StateFace },
  top: number,
): void {
  const x = Math.round(pixelOf(span, width, asked.at)) + 0.5
  if (x < 0 || x > width) return
  context.save()
  context.strokeStyle = colors.state[asked.face]
  context.setLineDash([3, 2])
  context.beginPath()
  context.moveTo(x, top + 1)
  context.lineTo(x, top + laneHeight - 1)
  context.stroke()
  context.restore()
}
