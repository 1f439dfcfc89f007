/**
 * The treegrid of tasks. Only the lines on screen are mounted, and the line with the tab stop. Keys follow the APG
 * treegrid pattern; the selection follows the focus, so that every pane shows what the keys are on.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useModel, useWindow } from '../state/window-context.tsx'
import { moveInCells } from './cell-keys.ts'
import { ColumnHeads } from './column-heads.tsx'
import { type Column, templateOf } from './columns.ts'
import { type FlatOrder, type FoldKey, isFoldKey, placeIn } from './flatten.ts'
import { closedAbove } from './reveal.ts'
import { TaskRow } from './task-row.tsx'
import styles from './task-tree.module.css'
import { treeMove } from './tree-keys.ts'
import { useRowHeight } from './use-row-height.ts'

export interface TaskTreeProps {
  readonly order: FlatOrder
  readonly columns: readonly Column[]
  /** Rows are kept but may be old. */
  readonly stale: boolean
}

export function TaskTree({ order, columns, stale }: TaskTreeProps): ReactNode {
  const model = useModel()
  const scroller = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLDivElement>(null)
  const rowHeight = useRowHeight()
  const selection = useWindow((state) => state.selection)
  /** Folded calls have no node to select, so the keys may rest on them apart from the selection. */
  const [foldLine, setFoldLine] = useState<FoldKey>()
  const line = foldLine ?? selection
  const current = useMemo(() => (line === undefined ? 0 : Math.max(0, placeIn(order, line))), [order, line])

  // Places are its keys: with keys of rows it would ask for all of them with each scroll.
  const virtual = useVirtualizer({
    count: order.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    paddingStart: 4,
    paddingEnd: 4,
    // The line with the tab stop stays mounted, else the tree could not be entered by Tab once it is scrolled away.
    rangeExtractor: (range) => {
      const places = defaultRangeExtractor(range)
      return current < range.count && !places.includes(current) ? [...places, current].sort((a, b) => a - b) : places
    },
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew exactly when rows grow or shrink
  useEffect(() => virtual.measure(), [rowHeight])

  const goTo = useCallback(
    (place: number, focus: boolean) => {
      const row = order.rows[place]
      if (row === undefined) return
      setFoldLine(isFoldKey(row.key) ? row.key : undefined)
      if (!isFoldKey(row.key)) model.select(row.key)
      virtual.scrollToIndex(place)
      if (focus) focusLine(grid.current, row.key)
    },
    [model, order, virtual],
  )

  // A selection from elsewhere (a toast, the palette, a lane, a task just started) is brought into view.
  const seen = useRef(selection)
  const sought = useRef(selection)
  useEffect(() => {
    const isNew = sought.current !== selection
    sought.current = selection
    if (isNew) {
      setFoldLine(undefined)
      seen.current = undefined
    }
    if (seen.current === selection || selection === undefined) return
    const place = placeIn(order, selection)
    if (place >= 0) {
      seen.current = selection
      const { startIndex = 0, endIndex = -1 } = virtual.range ?? {}
      // In the middle, where rows that come around it do not push it out at once.
      virtual.scrollToIndex(place, { align: place < startIndex || place > endIndex ? 'center' : 'auto' })
      return
    }
    // An order that follows shows it: what is closed above it is opened once, and a new row may not be in its place yet.
    const closed = isNew ? closedAbove(selection, model.store.getState()) : []
    if (closed.length > 0) model.toggle(closed)
  }, [model, selection, order, virtual])

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    const inCell = event.target instanceof Element && event.target.getAttribute('role') === 'gridcell'
    if (inCell && moveInCells(event)) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
    const place = placeOf(event.target) ?? current
    const move = treeMove(event, order, place, page)
    if (move === undefined) return
    event.preventDefault()
    switch (move.move) {
      case 'to':
        goTo(move.place, true)
        break
      case 'toggle': {
        const row = order.rows[move.place]
        if (row !== undefined) model.toggle([row.key])
        break
      }
      case 'intoCells':
        firstCell(event.target)?.focus()
        break
      case 'select':
        goTo(place, true)
        model.setPanes(model.store.getState().panes.detail === 'closed' ? { detail: 'right' } : {})
        break
    }
  }

  function onMouseDown(event: MouseEvent<HTMLDivElement>): void {
    const place = placeOf(event.target)
    if (place === undefined || !(event.target instanceof Element)) return
    const row = order.rows[place]
    if (row === undefined) return
    // The row takes the focus, not the cell under the pointer.
    event.preventDefault()
    if (event.button === 0 && event.target.closest('[data-twisty]') !== null) {
      model.toggle([row.key])
      return
    }
    goTo(place, true)
  }

  function onDoubleClick(event: MouseEvent<HTMLDivElement>): void {
    const row = order.rows[placeOf(event.target) ?? -1]
    if (row?.expanded !== undefined) model.toggle([row.key])
  }

  return (
    <div
      ref={grid}
      role="treegrid"
      aria-label="Tasks"
      aria-rowcount={order.rows.length + 1}
      aria-colcount={columns.length}
      className={stale ? `${styles.tree} ${styles.stale}` : styles.tree}
      style={{ '--columns': templateOf(columns) } as CSSProperties}
      onKeyDown={onKeyDown}
      onMouseDown={onMouseDown}
      onDoubleClick={onDoubleClick}
    >
      <ColumnHeads columns={columns} />
      <div ref={scroller} role="rowgroup" className={styles.scroller} tabIndex={-1}>
        <div role="presentation" className={styles.lines} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const flat = order.rows[item.index]
            if (flat === undefined) return undefined
            return (
              <TaskRow
                key={flat.key}
                line={flat.key}
                level={flat.level}
                posInSet={flat.posInSet}
                setSize={flat.setSize}
                expanded={flat.expanded}
                calls={flat.calls}
                place={item.index}
                top={item.start}
                columns={columns}
                selected={flat.key === selection}
                tabStop={item.index === current}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Which line an event is about. */
function placeOf(target: EventTarget): number | undefined {
  const line = target instanceof Element ? target.closest('[data-place]') : null
  const place = line?.getAttribute('data-place')
  return place == null ? undefined : Number(place)
}

function firstCell(target: EventTarget): HTMLElement | undefined {
  const line = target instanceof Element ? target.closest('[data-place]') : null
  return line?.querySelector<HTMLElement>('[role="gridcell"]') ?? undefined
}

/** The line may only be mounted by the scroll that just began. */
function focusLine(grid: HTMLElement | null, key: string): void {
  const find = () => grid?.querySelector<HTMLElement>(`[data-line="${CSS.escape(key)}"]`)
  const now = find()
  if (now === null || now === undefined) requestAnimationFrame(() => find()?.focus({ preventScroll: true }))
  else now.focus({ preventScroll: true })
}
