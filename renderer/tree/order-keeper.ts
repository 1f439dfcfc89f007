/**
 * Keeps the order of rows. Value changes alone never rebuild it, except where the order hangs on values (a face filter,
 * a sort by a changing column): then at most once a second. A rebuild that takes long waits longer for the next, so that
 * a hundred thousand rows that keep coming cost a bounded share of each second. What a person does is answered at once.
 */
import type { Dispose } from '../../core/model/dispose.ts'
import type { SourceId } from '../../core/model/identity.ts'
import { sourceName } from '../state/source-name.ts'
import type { WindowModel } from '../state/window-model.ts'
import type { WindowState } from '../state/window-state.ts'
import { makeFilter } from './filter.ts'
import { type FlatOrder, flatten } from './flatten.ts'
import { changesByItself, compareBy } from './sort.ts'

/** A rebuild may take this share of the time. */
const rebuildShare = 0.2
/** The shortest time between two rebuilds for values alone, milliseconds. */
const valueIntervalMs = 1000

export interface OrderKeeper {
  get(): FlatOrder
  subscribe(listener: () => void): Dispose
}

export interface OrderKeeperOptions {
  /** A clock that measures, in milliseconds. */
  readonly measure?: () => number
  readonly after?: (delayMs: number, callback: () => void) => Dispose
}

export function createOrderKeeper(model: WindowModel, options: OrderKeeperOptions = {}): OrderKeeper {
  const measure = options.measure ?? (() => performance.now())
  const after = options.after ?? pageTimer
  const listeners = new Set<() => void>()
  let order: FlatOrder | undefined
  let seen = model.store.getState()
  let unsubscribe: Dispose | undefined
  let waiting: Dispose | undefined
  let builtAt = 0
  let costMs = 0

  function build(): void {
    waiting?.()
    waiting = undefined
    const start = measure()
    order = arrange(model)
    builtAt = measure()
    costMs = builtAt - start
    for (const listener of listeners) listener()
  }

  function buildSoon(pauseMs: number): void {
    if (waiting !== undefined) return
    const due = builtAt + Math.max(pauseMs, costMs / rebuildShare) - measure()
    if (due <= 0) build()
    else waiting = after(due, build)
  }

  function look(state: WindowState): void {
    const before = seen
    seen = state
    if (asksForOther(before, state)) build()
    else if (state.structure !== before.structure) buildSoon(0)
    else if (state.tick !== before.tick && hangsOnValues(state)) buildSoon(valueIntervalMs)
  }

  return {
    get() {
      order ??= arrange(model)
      return order
    },
    subscribe(listener) {
      listeners.add(listener)
      if (unsubscribe === undefined) {
        unsubscribe = model.store.subscribe(look)
        // Something may have come between the first look and this.
        look(model.store.getState())
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        unsubscribe?.()
        unsubscribe = undefined
        waiting?.()
        waiting = undefined
      }
    },
  }
}

function arrange({ index, store, clock }: WindowModel): FlatOrder {
  const { rows, query, faces, source, bucket, arrangement, sort, toggled, allCollapsed } = store.getState()
  const nameOf = (id: SourceId) => sourceName(id, index, rows)
  return flatten({
    rows,
    roots: index.roots(),
    total: index.total(),
    arrangement,
    passes: makeFilter({ query, faces, source, bucket, sourceName: nameOf }),
    compare: sort === undefined ? undefined : compareBy(sort, clock.now(), nameOf),
    toggled,
    allCollapsed,
  })
}

function asksForOther(before: WindowState, now: WindowState): boolean {
  return (
    before.rows !== now.rows ||
    before.query !== now.query ||
    before.faces !== now.faces ||
    before.source !== now.source ||
    before.bucket !== now.bucket ||
    before.arrangement !== now.arrangement ||
    before.sort !== now.sort ||
    before.toggled !== now.toggled ||
    before.allCollapsed !== now.allCollapsed
  )
}

function hangsOnValues({ faces, bucket, sort }: WindowState): boolean {
  return faces.size > 0 || bucket !== undefined || (sort !== undefined && changesByItself(sort.column))
}

function pageTimer(delayMs: number, callback: () => void): Dispose {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}
