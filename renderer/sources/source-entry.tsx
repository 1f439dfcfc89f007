/** One source: its kind as an icon, what it is, how it fares, and how many tasks it has. */
import { Box, History, Plug } from 'lucide-react'
import type { ReactNode } from 'react'
import { agoText } from '../../core/model/duration.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type NodeRow } from '../../core/model/row.ts'
import { visibleText } from '../../core/model/visible-text.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { countText } from '../detail/time-text.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import { useNow, useRow } from '../state/hooks.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Tooltip } from '../widgets/tooltip.tsx'
import styles from './sources-pane.module.css'

const icons = { host: Box, connection: Plug, source: History, supervisor: Box } as const

export function SourceEntry({ owner, rail = false }: { readonly owner: NodeKey; readonly rail?: boolean }): ReactNode {
  const row = useRow(owner)
  if (row === undefined || isTaskRow(row)) return undefined
  return rail ? <RailEntry row={row} /> : <li>{<Entry row={row} />}</li>
}

function useChoose(row: NodeRow) {
  const model = useModel()
  const chosen = useWindow((state) => state.source === row.source)
  return {
    chosen,
    choose() {
      model.showSource(chosen ? undefined : row.source)
      // Its detail tells what it offers, what it printed and why it failed.
      model.select(row.key)
    },
  }
}

function Entry({ row }: { readonly row: NodeRow }): ReactNode {
  const { index } = useModel()
  const { chosen, choose } = useChoose(row)
  const total = useWindow((state) => (state.tick >= 0 ? index.total(row.source) : 0))
  const asks = useWindow((state) => (state.tick >= 0 ? index.counts(row.source).input_required : 0))
  const Icon = icons[row.node]
  return (
    <button
      type="button"
      className={styles.source}
      aria-pressed={chosen}
      data-source-key={row.key}
      data-status={row.status}
      onClick={choose}
    >
      <Icon className={styles.icon} size={15} strokeWidth={1.75} />
      <span className={styles.lines}>
        <span className={styles.firstLine}>
          <span className={styles.name}>
            <SafeText text={row.name} />
          </span>
          {asks === 0 ? undefined : (
            <span className={styles.asks}>
              <FaceGlyph face="input_required" size={12} />
              <span>
                {asks}
                <span className="visually-hidden"> input required</span>
              </span>
            </span>
          )}
          <span className={styles.count}>{countText(total)}</span>
        </span>
        <SecondLine row={row} />
      </span>
    </button>
  )
}

function RailEntry({ row }: { readonly row: NodeRow }): ReactNode {
  const { chosen, choose } = useChoose(row)
  const Icon = icons[row.node]
  return (
    <Tooltip tip={<SafeText text={row.name} />} side="right">
      <button
        type="button"
        className={styles.railItem}
        aria-label={visibleText(row.name)}
        aria-pressed={chosen}
        onClick={choose}
      >
        <Icon size={16} strokeWidth={1.75} />
      </button>
    </Tooltip>
  )
}

function SecondLine({ row }: { readonly row: NodeRow }): ReactNode {
  const ended = row.status === 'lost' || row.status === 'closed' || row.status === 'failed'
  const now = useNow(ended)
  if (ended) {
    const since = row.endedAt === undefined ? '' : ` ${agoText(now - row.endedAt)} ago`
    const look = row.status === 'failed' ? `${styles.second} ${styles.trouble}` : styles.second
    return (
      <span className={look} title={row.why === undefined ? undefined : visibleText(row.why.text)}>
        {row.status}
        {since}
      </span>
    )
  }
  if (row.facts.authorization === 'needed') {
    return <span className={`${styles.second} ${styles.waits}`}>needs authorization</span>
  }
  if (row.status === 'frozen') return <span className={`${styles.second} ${styles.waits}`}>frozen by you</span>
  return (
    <span className={styles.second}>
      <SafeText text={factsText(row)} />
    </span>
  )
}

/** Kind, transport, era: "host · pid 41822", "stdio · legacy". */
function factsText({ node, status, facts }: NodeRow): string {
  if (status !== 'open') return status
  const { pid, transport, era } = facts
  const parts = [transport ?? node, era ?? (typeof pid === 'number' ? `pid ${pid}` : undefined)]
  return parts.filter((part) => part !== undefined && part !== null).join(' · ')
}
