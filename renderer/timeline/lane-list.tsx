/** The lanes: names in the gutter, bars on one canvas beside them, both scrolled together. */
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useState,
  type WheelEvent,
} from 'react'
import type { Lane } from '../../core/model/detail.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { useSelection } from '../state/hooks.ts'
import { useWindow } from '../state/window-context.tsx'
import { Canvas } from './canvas.tsx'
import { useCanvasColors } from './canvas-colors.ts'
import type { LaneChoice } from './choose-lanes.ts'
import { currentRow } from './current-row.ts'
import { drawLanes, laneHeight } from './draw-lanes.ts'
import { taskBars } from './lane-bars.ts'
import { LaneName } from './lane-name.tsx'
import { timeAt } from './time-span.ts'
import styles from './timeline.module.css'
import type { TimelineView } from './use-view.ts'

export interface LaneListProps {
  readonly choice: LaneChoice
  readonly lanes: ReadonlyMap<NodeKey, Lane>
  readonly view: TimelineView
  readonly width: number
  readonly now: number
  readonly selected: NodeKey | undefined
}

export function LaneList({ choice, lanes, view, width, now, selected }: LaneListProps): ReactNode {
  const rows = useWindow((state) => state.rows)
  const colors = useCanvasColors()
  const { select } = useSelection()
  const grabbed = useRef<{ readonly x: number; moved: boolean }>(undefined)
  const scroller = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState<NodeKey>()
  const selectedPlace = choice.lanes.findIndex((lane) => lane.tasks.some((row) => row.key === selected))
  useEffect(() => {
    const { current } = scroller
    if (current === null || selectedPlace < 0) return
    const top = selectedPlace * laneHeight
    if (top < current.scrollTop) current.scrollTop = top
    const bottom = top + 2 * laneHeight
    // While the pane has no height of its own yet, nothing has to move.
    if (current.clientHeight < 2 * laneHeight) return
    if (bottom > current.scrollTop + current.clientHeight) current.scrollTop = bottom - current.clientHeight
  }, [selectedPlace])
  const focusedPlace = choice.lanes.findIndex((lane) => focused !== undefined && lane.tasks[0]?.key === focused)
  const stop = focusedPlace >= 0 ? focusedPlace : Math.max(0, selectedPlace)
  const height = Math.max(1, choice.lanes.length) * laneHeight
  const msPerPixel = (view.span.to - view.span.from) / width

  const draw = useMemo(() => {
    if (colors === undefined) return undefined
    return (context: CanvasRenderingContext2D) =>
      drawLanes(context, {
        lanes: choice.lanes.map((lane) => {
          const tasks = lane.tasks.map((row) => currentRow(row, rows))
          return {
            tasks: tasks.map((row) => taskBars(row, lanes.get(row.key), now)),
            labels: new Map(tasks.flatMap((row) => (row.label === undefined ? [] : [[row.key, row.label] as const]))),
            selected: tasks.some((row) => row.key === selected),
          }
        }),
        span: view.span,
        now,
        width,
        height,
        colors,
      })
  }, [choice, lanes, rows, view.span, now, width, height, colors, selected])

  function taskAt(event: PointerEvent<HTMLCanvasElement>): NodeKey | undefined {
    const box = event.currentTarget.getBoundingClientRect()
    const lane = choice.lanes[Math.floor((event.clientY - box.top) / laneHeight)]
    if (lane === undefined) return undefined
    const at = timeAt(view.span, width, event.clientX - box.left)
    const under = lane.tasks.find((row) => row.createdAt <= at && (row.endedAt ?? now) >= at)
    return (under ?? lane.tasks.at(-1))?.key
  }

  function onWheel(event: WheelEvent<HTMLCanvasElement>): void {
    if (event.ctrlKey || event.metaKey) {
      const pixel = event.clientX - event.currentTarget.getBoundingClientRect().left
      view.zoom(1.0015 ** event.deltaY, timeAt(view.span, width, pixel))
    } else if (event.deltaX !== 0 || event.shiftKey) {
      view.move((event.deltaX === 0 ? event.deltaY : event.deltaX) * msPerPixel)
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    const quarter = (view.span.to - view.span.from) / 4
    if (goesToLane(event)) return
    if (event.key === 'ArrowLeft') view.move(-quarter)
    else if (event.key === 'ArrowRight') view.move(quarter)
    else if (event.key === '+' || event.key === '=') view.zoom(1 / 1.6)
    else if (event.key === '-') view.zoom(1.6)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  /** The names are one stop for Tab; the arrows go from one to the next. */
  function goesToLane(event: KeyboardEvent): boolean {
    const names = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="option"]')]
    const at = names.indexOf(event.target as HTMLElement)
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: names.length - 1 }
    const place = Object.entries(places).find(([key]) => key === event.key)?.[1]
    if (at < 0 || place === undefined) return false
    names[place]?.focus()
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  if (choice.lanes.length === 0) return <p className={styles.none}>No task lived in this stretch of time.</p>
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move the view for those who cannot drag it
    <div ref={scroller} className={styles.lanes} onKeyDown={onKeyDown}>
      <div className={styles.names} role="listbox" aria-label="Lanes">
        {choice.lanes.map((lane, place) => (
          <LaneName
            key={lane.tasks[0]?.key}
            lane={lane}
            rows={rows}
            selected={selected}
            tabStop={place === stop}
            onSelect={select}
            onFocus={() => setFocused(lane.tasks[0]?.key)}
          />
        ))}
      </div>
      <Canvas
        name={`${choice.lanes.length} lanes`}
        className={styles.bars}
        width={width}
        height={height}
        draw={draw}
        onWheel={onWheel}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          grabbed.current = { x: event.clientX, moved: false }
        }}
        onPointerMove={(event) => {
          const { current } = grabbed
          if (current === undefined) return
          const by = event.clientX - current.x
          if (!current.moved && Math.abs(by) < 3) return
          grabbed.current = { x: event.clientX, moved: true }
          view.move(-by * msPerPixel)
        }}
        onPointerUp={(event) => {
          const click = grabbed.current?.moved === false
          grabbed.current = undefined
          if (click) select(taskAt(event))
        }}
      />
    </div>
  )
}
