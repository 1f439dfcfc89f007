/** The messages behind a task or a connection, with what they say about it, and what is wrong with them beside them. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, Brackets, Download, Rows3, Search } from 'lucide-react'
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Detail } from '../../core/model/detail.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { useCommand } from '../commands/use-command.ts'
import { PaneMessage } from '../detail/section.tsx'
import { countText } from '../detail/time-text.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import { FindingList } from './finding-list.tsx'
import { FrameDetail } from './frame-detail.tsx'
import { type Entry, frameEntries, matchesFrame } from './frame-entries.ts'
import { FrameLine } from './frame-line.tsx'
import styles from './frame-log.module.css'
import { cadenceText } from './poll-cadence.ts'
import { useFrames } from './use-frames.ts'

const lineHeight = 23

export function FramesTab({
  row,
  detail,
  connection,
}: {
  readonly row: Row
  readonly detail: Detail | undefined
  /** The connection that the frames passed on. */
  readonly connection: NodeKey
}): ReactNode {
  // A plain call has no id by which its messages could be told apart.
  const isTask = isTaskRow(row) && row.node === 'task'
  const [scope, setScope] = useState<'task' | 'connection'>(isTask ? 'task' : 'connection')
  const [fold, setFold] = useState(true)
  const [pairs, setPairs] = useState(true)
  const [follow, setFollow] = useState(true)
  const [query, setQuery] = useState('')
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  const [chosen, setChosen] = useState<number>()
  const node = scope === 'task' ? row.key : connection
  const list = useFrames(node)
  const frames = useMemo(() => list?.rows.filter((frame) => matchesFrame(frame, query)) ?? [], [list, query])
  const entries = useMemo(() => frameEntries(frames, { fold, pairs, opened }), [frames, fold, pairs, opened])
  const frame = chosen === undefined ? undefined : list?.rows.find(({ seq }) => seq === chosen)
  const findings = detail?.findings.items ?? []
  const cadence = useMemo(
    () => (isTask && scope === 'task' && list !== undefined ? cadenceText(list.rows, row.pollIntervalMs) : undefined),
    [isTask, scope, list, row],
  )
  const showFrame = useCallback(
    (seq: number) => {
      setQuery('')
      setFollow(false)
      setFold(false)
      setChosen(seq)
      if (list !== undefined && !list.rows.some((each) => each.seq === seq)) setScope('connection')
    },
    [list],
  )

  const model = useModel()
  const focus = useWindow((state) => (state.frameFocus?.row === row.key ? state.frameFocus : undefined))
  useEffect(() => {
    if (focus === undefined || list === undefined) return
    model.store.setState({ frameFocus: undefined })
    showFrame(focus.seq)
  }, [model, focus, list, showFrame])

  return (
    <div className={styles.tab}>
      <div className={styles.halves}>
        <div className={styles.main}>
          <div className={styles.bar}>
            {isTask ? (
              <Segmented
                name="Frames of"
                options={[
                  { id: 'task', title: 'This task' },
                  { id: 'connection', title: 'Connection' },
                ]}
                chosen={scope}
                onChoose={setScope}
              />
            ) : undefined}
            <label className={styles.find}>
              <Search size={13} strokeWidth={1.75} aria-hidden="true" />
              <input
                type="search"
                aria-label="Filter frames"
                placeholder="method, status, id"
                value={query}
                onChange={(event) => setQuery(event.target.value)}
              />
            </label>
            <span className={styles.acts}>
              <Button size="pane" icon={<Rows3 size={13} />} pressed={fold} onClick={() => setFold(!fold)}>
                Fold polls
              </Button>
              <Button size="pane" icon={<Brackets size={13} />} pressed={pairs} onClick={() => setPairs(!pairs)}>
                Pairs
              </Button>
              <Button size="pane" icon={<ArrowDown size={13} />} pressed={follow} onClick={() => setFollow(!follow)}>
                Follow
              </Button>
              <SaveFrames />
            </span>
          </div>
          {cadence === undefined ? undefined : <p className={styles.dropped}>{cadence}</p>}
          {list === undefined ? (
            <PaneMessage text="Asking for the frames…" />
          ) : (
            <Log
              entries={entries}
              dropped={list.dropped}
              start={list.rows[0]?.at ?? 0}
              opened={opened}
              chosen={chosen}
              follow={follow}
              filtered={query !== ''}
              onFollow={setFollow}
              onChoose={setChosen}
              onToggle={(id) => setOpened(toggled(opened, id))}
            />
          )}
          {frame === undefined ? undefined : <FrameDetail node={node} frame={frame} />}
        </div>
        <aside className={styles.findings} aria-label="Findings" data-empty={findings.length === 0 ? '' : undefined}>
          <h3 className={styles.findingsHead}>
            Findings <span>{countText(findings.length + (detail?.findings.dropped ?? 0))}</span>
          </h3>
          {findings.length === 0 ? (
            <p className={styles.quiet}>Nothing is wrong with these frames as far as the rules can tell.</p>
          ) : (
            <FindingList row={row} findings={findings} onFrame={showFrame} />
          )}
        </aside>
      </div>
    </div>
  )
}

function SaveFrames(): ReactNode {
  const { command, whyNot, run } = useCommand('source.saveCapture')
  return <Button size="pane" name={command.title} whyNot={whyNot} icon={<Download size={13} />} onClick={run} />
}

interface LogProps {
  readonly entries: readonly Entry[]
  readonly dropped: number
  readonly start: number
  readonly opened: ReadonlySet<number>
  readonly chosen: number | undefined
  readonly follow: boolean
  readonly filtered: boolean
  readonly onFollow: (follow: boolean) => void
  readonly onChoose: (seq: number) => void
  readonly onToggle: (id: number) => void
}

function Log(props: LogProps): ReactNode {
  const { entries, dropped, start, opened, chosen, follow, filtered, onFollow, onChoose, onToggle } = props
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    // A low pane beside its findings: what lies just above is reached without waiting for it.
    overscan: 40,
  })
  const place =
    chosen === undefined ? -1 : entries.findIndex((each) => each.kind === 'frame' && each.frame.seq === chosen)
  useLayoutEffect(() => {
    if (follow && entries.length > 0) virtual.scrollToIndex(entries.length - 1)
  }, [follow, entries.length, virtual])
  useLayoutEffect(() => {
    if (place >= 0) virtual.scrollToIndex(place)
  }, [place, virtual])
  function move(step: 1 | -1): void {
    let at = place < 0 ? entries.length : place
    for (at += step; at >= 0 && at < entries.length; at += step) {
      const entry = entries[at]
      if (entry?.kind !== 'frame') continue
      onFollow(false)
      onChoose(entry.frame.seq)
      return
    }
  }
  if (entries.length === 0) {
    return <PaneMessage text={filtered ? 'No frame fits this filter.' : 'No frame of it has passed yet.'} />
  }
  return (
    <>
      {dropped === 0 ? undefined : <p className={styles.dropped}>{countText(dropped)} older frames are not listed</p>}
      <div className={styles.heads} aria-hidden="true">
        <span className={styles.seq}>#</span>
        <span className={styles.time}>Time</span>
        <span className={styles.bracket} />
        <span className={styles.arrow} />
        <span className={styles.method}>Method</span>
        <span className={styles.id}>Id</span>
        <span className={styles.status}>Task status</span>
        <span className={styles.answer}>Answer</span>
        <span className={styles.size}>Size</span>
      </div>
      <div
        ref={scroller}
        className={styles.scroller}
        tabIndex={0}
        role="listbox"
        aria-label="Frames"
        onWheel={(event) => {
          if (event.deltaY < 0) onFollow(false)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          move(event.key === 'ArrowDown' ? 1 : -1)
        }}
      >
        <div className={styles.all} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const entry = entries[item.index]
            if (entry === undefined) return undefined
            const seq = entry.kind === 'frame' ? entry.frame.seq : undefined
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list moves with the arrow keys
              <div
                key={seq === undefined ? `fold ${entry.kind === 'fold' ? entry.id : ''}` : seq}
                className={styles.line}
                role="option"
                aria-selected={seq !== undefined && seq === chosen}
                data-seq={seq}
                data-kind={entry.kind}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => (entry.kind === 'fold' ? onToggle(entry.id) : onChoose(entry.frame.seq))}
              >
                <FrameLine entry={entry} start={start} opened={entry.kind === 'fold' && opened.has(entry.id)} />
              </div>
            )
          })}
        </div>
      </div>
    </>
  )
}

function toggled(set: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}
