/**
 * The rows of a trace: names at the left, bars on one canvas as large as what is in view, both drawn for one scroll
 * position, so a hundred thousand spans cost what fits on the screen.
 */
import { type KeyboardEvent, type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useModel, useWindow } from '../state/window-context.tsx'
import { useCanvasColors } from '../timeline/canvas-colors.ts'
import { elapsedTicks, pixelOf } from '../timeline/time-span.ts'
import { useElementSize } from '../timeline/use-element-size.ts'
import { useRowHeight } from '../tree/use-row-height.ts'
import { BarCanvas } from './bar-canvas.tsx'
import type { PathPart } from './critical-path.ts'
import { pathOnRows } from './draw-spans.ts'
import { SpanRow } from './span-row.tsx'
import { SpanSearch } from './span-search.tsx'
import type { SpanTree } from './span-tree.ts'
import { TraceMinimap } from './trace-minimap.tsx'
import type { TraceView } from './use-trace-view.ts'
import { ancestorsOf, foundSpans, hasVisibleChildren, visibleSpans } from './visible-spans.ts'
import styles from './waterfall.module.css'

export interface WaterfallProps {
  readonly tree: SpanTree
  readonly path: readonly PathPart[]
  readonly states: boolean
  readonly view: TraceView
  readonly now: number
  /** Place of the chosen span. */
  readonly chosen: number | undefined
}

/** A step of the keys: so much of what is in view. */
const keyStep = 0.2
const zoomStep = 1.6
/** A label this near to "now" would be covered, CSS pixels. */
const tickRoom = 36
const nothing: ReadonlySet<string> = new Set()

export function Waterfall({ tree, path, states, view, now, chosen }: WaterfallProps): ReactNode {
  const model = useModel()
  const { nodes, traceId } = tree
  const rowHeight = useRowHeight()
  const collapsed = useWindow((state) => (state.traceView?.traceId === traceId ? state.traceView.collapsed : nothing))
  const colors = useCanvasColors()
  const scroller = useRef<HTMLDivElement>(null)
  const [scrolled, setScrolled] = useState(0)
  const [sizeRef, size] = useElementSize<HTMLDivElement>()
  const [barsRef, bars] = useElementSize<HTMLDivElement>()
  const [query, setQuery] = useState('')

  const rows = useMemo(() => visibleSpans(nodes, collapsed, states), [nodes, collapsed, states])
  const onRows = useMemo(() => pathOnRows(path, nodes, rows), [path, nodes, rows])
  const found = useMemo(() => foundSpans(nodes, query), [nodes, query])
  const foundSet = useMemo(() => (found === undefined ? undefined : new Set(found)), [found])
  const chosenId = chosen === undefined ? undefined : nodes[chosen]?.id
  const chosenRow = useMemo(() => rowOf(rows, chosen), [rows, chosen])

  const choose = useCallback((id: string) => model.changeTraceView(traceId, { chosen: id }), [model, traceId])
  const toggle = useCallback(
    (id: string) => {
      const next = new Set(model.store.getState().traceView?.collapsed)
      if (!next.delete(id)) next.add(id)
      model.changeTraceView(traceId, { collapsed: next })
    },
    [model, traceId],
  )
  const open = useCallback(
    (node: { readonly task?: WaterfallTask }) => {
      if (node.task !== undefined) model.select(node.task)
    },
    [model],
  )

  // Shown when it is chosen, not whenever rows come and go around it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen span stands for its row
  useLayoutEffect(() => {
    const { current } = scroller
    if (current === null || chosenRow === undefined) return
    const top = chosenRow * rowHeight
    if (top < current.scrollTop) current.scrollTop = top
    else if (top + rowHeight > current.scrollTop + current.clientHeight) {
      current.scrollTop = top + rowHeight - current.clientHeight
    }
  }, [chosenId, size.height > 0])

  function reveal(place: number): void {
    const node = nodes[place]
    if (node === undefined) return
    const next = new Set(collapsed)
    for (const above of ancestorsOf(nodes, place)) next.delete(above.id)
    model.changeTraceView(traceId, { chosen: node.id, collapsed: next })
  }

  function chooseRow(row: number): void {
    const place = rows[Math.max(0, Math.min(rows.length - 1, row))]
    const node = place === undefined ? undefined : nodes[place]
    if (node !== undefined) choose(node.id)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const done = event.shiftKey && event.key !== '+' ? panKey(event.key, view) : treeKey(event.key)
    if (!done) return
    event.preventDefault()
    event.stopPropagation()
  }

  function treeKey(key: string): boolean {
    const row = chosenRow ?? -1
    const node = chosen === undefined ? undefined : nodes[chosen]
    const expandable = chosen !== undefined && hasVisibleChildren(nodes, chosen, states)
    const page = Math.max(1, Math.floor(size.height / rowHeight) - 1)
    if (key === 'ArrowDown') chooseRow(row + 1)
    else if (key === 'ArrowUp') chooseRow(row - 1)
    else if (key === 'PageDown') chooseRow(row + page)
    else if (key === 'PageUp') chooseRow(row - page)
    else if (key === 'Home') chooseRow(0)
    else if (key === 'End') chooseRow(rows.length - 1)
    else if (key === '+' || key === '=') view.zoom(1 / zoomStep, anchorOf(node))
    else if (key === '-') view.zoom(zoomStep, anchorOf(node))
    else if (key === '0') view.fit()
    else if (node === undefined) return false
    else if (key === 'Enter') open(node)
    else if (key === 'ArrowRight') {
      if (expandable && collapsed.has(node.id)) toggle(node.id)
      else if (expandable) chooseRow(row + 1)
    } else if (key === 'ArrowLeft') {
      if (expandable && !collapsed.has(node.id)) toggle(node.id)
      else if (node.parent >= 0) choose(nodes[node.parent]?.id ?? node.id)
    } else return false
    return true
  }

  /** Looks closer at the chosen span as long as it is in view. */
  function anchorOf(node: { readonly from: number; readonly to?: number } | undefined): number | undefined {
    if (node === undefined) return undefined
    const middle = (Math.max(node.from, view.span.from) + Math.min(node.to ?? now, view.span.to)) / 2
    return middle >= view.span.from && middle <= view.span.to ? middle : undefined
  }

  const first = Math.max(0, Math.floor(scrolled / rowHeight) - 2)
  const shown = rows.slice(first, Math.ceil((scrolled + size.height) / rowHeight) + 2)
  const ticks = elapsedTicks(view.span, bars.width, tree.from)
  const nowAt = pixelOf(view.span, bars.width, now)
  return (
    <div className={styles.waterfall}>
      <div className={styles.overview}>
        <SpanSearch query={query} onQuery={setQuery} found={found} chosen={chosen} onGo={reveal} />
        <TraceMinimap tree={tree} view={view} width={bars.width} now={now} colors={colors} />
      </div>
      <div className={styles.heads}>
        <span className={styles.nameHead}>Span</span>
        <span className={styles.timeHead}>Time</span>
        <div ref={barsRef} className={styles.ruler} aria-hidden="true">
          {ticks.map((tick) => {
            const left = pixelOf(view.span, bars.width, tick.at)
            const covered = tree.open > 0 && left > nowAt - tickRoom && left < nowAt + tickRoom
            return (
              <span key={tick.at} className={styles.tick} style={{ left }}>
                {covered ? '' : tick.label}
              </span>
            )
          })}
          {tree.open > 0 && nowAt > 0 && nowAt < bars.width ? (
            <span className={styles.now} style={{ left: Math.round(nowAt) }}>
              {nowAt < bars.width - 32 ? 'now' : ''}
            </span>
          ) : undefined}
        </div>
      </div>
      <div
        ref={(element) => {
          scroller.current = element
          return sizeRef(element)
        }}
        className={styles.rows}
        role="tree"
        aria-label="Spans"
        aria-activedescendant={chosenRow === undefined ? undefined : domIdOf(chosenRow)}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
      >
        <div className={styles.all} style={{ height: rows.length * rowHeight }} role="presentation">
          <div className={styles.frame} style={{ height: size.height }} role="presentation">
            {shown.map((place, index) => {
              const node = nodes[place]
              if (node === undefined) return undefined
              const row = first + index
              return (
                <SpanRow
                  key={node.id}
                  node={node}
                  domId={domIdOf(row)}
                  top={row * rowHeight - scrolled}
                  height={rowHeight}
                  now={node.to === undefined ? now : 0}
                  chosen={node.id === chosenId}
                  dimmed={foundSet !== undefined && !foundSet.has(place)}
                  expanded={hasVisibleChildren(nodes, place, states) ? !collapsed.has(node.id) : undefined}
                  onChoose={choose}
                  onToggle={toggle}
                  onOpen={open}
                />
              )
            })}
            <BarCanvas
              className={styles.bars}
              view={view}
              height={size.height}
              scene={
                colors === undefined
                  ? undefined
                  : {
                      nodes,
                      rows,
                      rowHeight,
                      scrolled,
                      span: view.span,
                      start: tree.from,
                      now,
                      open: tree.open > 0,
                      width: bars.width,
                      height: size.height,
                      chosen: chosenId,
                      found: foundSet,
                      path: onRows,
                      colors,
                    }
              }
              onRow={(y) => chooseRow(Math.floor((y + scrolled) / rowHeight))}
              onScrollBy={(by) => {
                if (scroller.current !== null) scroller.current.scrollTop += by
              }}
            />
          </div>
        </div>
      </div>
    </div>
  )
}

type WaterfallTask = SpanTree['nodes'][number]['task'] & {}

function domIdOf(row: number): string {
  return `span-row-${row}`
}

function panKey(key: string, view: TraceView): boolean {
  const step = (view.span.to - view.span.from) * keyStep
  if (key === 'ArrowLeft') view.move(-step)
  else if (key === 'ArrowRight') view.move(step)
  else return false
  return true
}

/** Rows are in order of places, so the row of a place is found by halving. */
function rowOf(rows: readonly number[], place: number | undefined): number | undefined {
  if (place === undefined) return undefined
  let low = 0
  let high = rows.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const at = rows[middle] ?? 0
    if (at === place) return middle
    if (at < place) low = middle + 1
    else high = middle - 1
  }
  return undefined
}
