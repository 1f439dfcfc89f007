/** The pane of tasks: its head, strips that tell of the view's own state, the tree, and what stands in its place when there is none. */
import { ChevronDown, Columns3, ListFilter } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { CommandItem } from '../commands/command-item.tsx'
import { countText } from '../detail/time-text.ts'
import { faceWord, stateFaces } from '../icons/state-face.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import { EmptyWindow } from '../shell/empty-window.tsx'
import { remember, remembered } from '../state/remembered.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { isFiltered } from '../state/window-state.ts'
import { Button } from '../widgets/button.tsx'
import { Menu, MenuItem, MenuRule } from '../widgets/menu.tsx'
import { BucketChip } from './bucket-chip.tsx'
import { columns as allColumns, type ColumnId, columnsFor } from './columns.ts'
import { FrozenStrip } from './frozen-strip.tsx'
import { LostStrip } from './lost-strip.tsx'
import { NoMatch } from './no-match.tsx'
import { NoTasks } from './no-tasks.tsx'
import { createOrderKeeper } from './order-keeper.ts'
import { TaskMenu } from './task-menu.tsx'
import { TaskTree } from './task-tree.tsx'
import styles from './tasks-pane.module.css'
import { useWidth } from './use-width.ts'

const sheddable: readonly ColumnId[] = ['why', 'progress', 'time', 'source']

export function TasksPane(): ReactNode {
  const model = useModel()
  const [keeper] = useState(() => createOrderKeeper(model))
  const order = useSyncExternalStore(keeper.subscribe, keeper.get)
  const connection = useWindow((state) => state.connection)
  const filtered = useWindow(isFiltered)
  const hasRows = useWindow((state) => state.rows.size > 0)
  const [hidden, setHidden] = useState(rememberedColumns)
  const pane = useRef<HTMLDivElement>(null)
  const width = useWidth(pane)
  const columns = useMemo(() => columnsFor(width, hidden), [width, hidden])

  const { matches } = order
  useEffect(() => model.store.setState({ matches }), [model, matches])
  useEffect(() => remember('hiddenColumns', [...hidden]), [hidden])

  return (
    <section ref={pane} className={styles.pane} aria-label="Tasks pane">
      <header className={styles.head}>
        <h2 className={styles.title}>Tasks</h2>
        <TaskCount matches={filtered ? matches : undefined} />
        <BucketChip />
        <span className={styles.space} />
        {hasRows ? (
          <>
            <FaceMenu />
            <ColumnMenu hidden={hidden} onChange={setHidden} />
            <ArrangementMenu />
          </>
        ) : undefined}
      </header>
      <LostStrip />
      <FrozenStrip />
      {hasRows ? (
        <TaskMenu>
          <div className={styles.body}>
            <TaskTree order={order} columns={columns} stale={connection === 'lost'} />
            {order.rows.length > 0 ? undefined : filtered && model.index.total() > 0 ? <NoMatch /> : <NoTasks />}
          </div>
        </TaskMenu>
      ) : connection === 'waiting' ? (
        <p className={styles.quiet}>Waiting for the first rows…</p>
      ) : (
        <EmptyWindow />
      )}
    </section>
  )
}

/** How many there are; with a filter, how many of them are left. Apart, because it changes with every frame. */
function TaskCount({ matches }: { readonly matches: number | undefined }): ReactNode {
  const { index } = useModel()
  const count = useWindow((state) => (state.tick >= 0 ? index.total() : 0))
  return (
    <span className={styles.count}>
      {matches === undefined ? countText(count) : `${countText(matches)} of ${countText(count)}`}
    </span>
  )
}

function rememberedColumns(): ReadonlySet<ColumnId> {
  const value = remembered('hiddenColumns')
  return new Set(Array.isArray(value) ? sheddable.filter((id) => value.includes(id)) : [])
}

function FaceMenu(): ReactNode {
  const model = useModel()
  const faces = useWindow((state) => state.faces)
  return (
    <Menu
      align="end"
      trigger={
        <Button
          size="pane"
          name="Filter by state"
          pressed={faces.size > 0}
          icon={<ListFilter size={14} strokeWidth={1.75} />}
        />
      }
    >
      {stateFaces.map((face) => (
        <MenuItem
          key={face}
          icon={<FaceGlyph face={face} />}
          checked={faces.has(face)}
          onSelect={() => model.toggleFace(face)}
        >
          {faceWord(face)}
        </MenuItem>
      ))}
      <MenuRule />
      <CommandItem id="view.clearFilters" />
    </Menu>
  )
}

function ColumnMenu({
  hidden,
  onChange,
}: {
  readonly hidden: ReadonlySet<ColumnId>
  readonly onChange: (hidden: ReadonlySet<ColumnId>) => void
}): ReactNode {
  return (
    <Menu align="end" trigger={<Button size="pane" name="Columns" icon={<Columns3 size={14} strokeWidth={1.75} />} />}>
      {allColumns
        .filter(({ id }) => sheddable.includes(id))
        .map(({ id, title }) => (
          <MenuItem
            key={id}
            checked={!hidden.has(id)}
            onSelect={() => {
              const next = new Set(hidden)
              if (!next.delete(id)) next.add(id)
              onChange(next)
            }}
          >
            {title}
          </MenuItem>
        ))}
      <MenuRule />
      <CommandItem id="view.density" />
    </Menu>
  )
}

function ArrangementMenu(): ReactNode {
  const model = useModel()
  const arrangement = useWindow((state) => state.arrangement)
  return (
    <Menu
      align="end"
      trigger={
        <Button size="pane" name={`Arrangement: ${arrangement === 'tree' ? 'Tree' : 'Flat'}`}>
          <span className={styles.choice}>
            {arrangement === 'tree' ? 'Tree' : 'Flat'}
            <ChevronDown size={14} strokeWidth={1.75} />
          </span>
        </Button>
      }
    >
      <MenuItem checked={arrangement === 'tree'} onSelect={() => model.setArrangement('tree')}>
        Tree
      </MenuItem>
      <MenuItem checked={arrangement === 'flat'} onSelect={() => model.setArrangement('flat')}>
        Flat
      </MenuItem>
      <MenuRule />
      <CommandItem id="view.expandAll" />
      <CommandItem id="view.collapseAll" />
      <MenuRule />
      <CommandItem id="view.clearFinished" />
    </Menu>
  )
}
