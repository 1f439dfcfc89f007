/** Who owns tasks, and the State facet: legend, counter and filter in one. Collapsed it is a rail of icons. */
import { Layers, PanelLeft, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { CommandItem } from '../commands/command-item.tsx'
import { countText } from '../detail/time-text.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { Menu } from '../widgets/menu.tsx'
import { Tooltip } from '../widgets/tooltip.tsx'
import { SourceEntry } from './source-entry.tsx'
import styles from './sources-pane.module.css'
import { StateFacet } from './state-facet.tsx'

export function SourcesPane(): ReactNode {
  const rail = useWindow((state) => state.panes.sources === 'rail')
  return rail ? <Rail /> : <Open />
}

function useOwners() {
  const { index } = useModel()
  useWindow((state) => state.structure)
  return index.owners()
}

function Open(): ReactNode {
  const owners = useOwners()
  return (
    <nav className={styles.pane} aria-label="Sources">
      <header className={styles.head}>
        <h2 className={styles.title}>Sources</h2>
        <AddSource />
      </header>
      {owners.length === 0 ? (
        <div className={styles.empty}>
          <p>A source owns tasks: a host, an MCP connection or a recording.</p>
          <Menu
            trigger={
              <Button size="pane" look="outline" icon={<Plus size={14} strokeWidth={1.75} />}>
                Add a source
              </Button>
            }
          >
            <AddItems />
          </Menu>
        </div>
      ) : (
        <div className={styles.scroller}>
          <ul className={styles.list}>
            <AllSources count={owners.length} />
            {owners.map((key) => (
              <SourceEntry key={key} owner={key} />
            ))}
          </ul>
          <StateFacet />
        </div>
      )}
    </nav>
  )
}

function AddSource(): ReactNode {
  return (
    <Menu trigger={<Button size="pane" name="Add a source" icon={<Plus size={14} strokeWidth={1.75} />} />}>
      <AddItems />
    </Menu>
  )
}

function AddItems(): ReactNode {
  return (
    <>
      <CommandItem id="start.open" />
      <CommandItem id="start.connect" />
      <CommandItem id="start.import" />
      <CommandItem id="start.openCapture" />
      <CommandItem id="start.demo" />
    </>
  )
}

function AllSources({ count }: { readonly count: number }): ReactNode {
  const model = useModel()
  const chosen = useWindow((state) => state.source === undefined)
  useWindow((state) => state.tick)
  return (
    <li>
      <button type="button" className={styles.source} aria-pressed={chosen} onClick={() => model.showSource(undefined)}>
        <Layers className={styles.icon} size={15} strokeWidth={1.75} />
        <span className={styles.lines}>
          <span className={styles.firstLine}>
            <span className={styles.name}>All sources</span>
            <span className={styles.count}>{countText(model.index.total())}</span>
          </span>
          <span className={styles.second}>{count === 1 ? '1 source' : `${count} sources`}</span>
        </span>
      </button>
    </li>
  )
}

function Rail(): ReactNode {
  const model = useModel()
  const owners = useOwners()
  const chosen = useWindow((state) => state.source === undefined)
  return (
    <nav className={styles.rail} aria-label="Sources">
      <Tooltip tip="All sources" side="right">
        <button
          type="button"
          className={styles.railItem}
          aria-label="All sources"
          aria-pressed={chosen}
          onClick={() => model.showSource(undefined)}
        >
          <Layers size={16} strokeWidth={1.75} />
        </button>
      </Tooltip>
      {owners.map((key) => (
        <SourceEntry key={key} owner={key} rail />
      ))}
      <span className={styles.space} />
      <Tooltip tip="Show sources" side="right">
        <button
          type="button"
          className={styles.railItem}
          aria-label="Show sources"
          onClick={() => model.setPanes({ sources: 'open' })}
        >
          <PanelLeft size={16} strokeWidth={1.75} />
        </button>
      </Tooltip>
    </nav>
  )
}
