/** Everything about one node, in tabs. Follows the selection unless pinned; empty, unknown and lost each say so. */
import { type ReactNode, useMemo, useState } from 'react'
import type { Detail } from '../../core/model/detail.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import type { ReceivedLog } from '../../core/model/received.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { FramesTab } from '../frames/frames-tab.tsx'
import { useDetail, useRow, useSelection } from '../state/hooks.ts'
import { remember, remembered } from '../state/remembered.ts'
import { ownerOf } from '../state/source-name.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { spanCount } from '../trace/span-count.ts'
import { TraceTab } from '../trace/trace-tab.tsx'
import { useReceivedLogs } from '../trace/use-received-logs.ts'
import { Button } from '../widgets/button.tsx'
import { type Tab, Tabs } from '../widgets/tabs.tsx'
import { ConsoleTab } from './console-tab.tsx'
import { DetailHead } from './detail-head.tsx'
import styles from './detail-pane.module.css'
import { EventsTab } from './events-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { PaneMessage } from './section.tsx'
import { StackTab } from './stack-tab.tsx'
import { StateTab } from './state-tab.tsx'

const tabIds = ['overview', 'state', 'events', 'console', 'stack', 'spans', 'frames'] as const

type TabId = (typeof tabIds)[number]

export function DetailPane(): ReactNode {
  const model = useModel()
  const placement = useWindow((state) => state.panes.detail)
  const selection = useSelection()
  const [pinnedKey, setPinnedKey] = useState<NodeKey>()
  const key = pinnedKey ?? selection.key
  const row = useRow(key)
  return (
    <section className={styles.pane} aria-label="Details">
      {row === undefined ? (
        <NoRow pinned={pinnedKey !== undefined} onUnpin={() => setPinnedKey(undefined)} />
      ) : (
        <>
          <DetailHead
            row={row}
            pinned={pinnedKey !== undefined}
            onPin={(pin) => setPinnedKey(pin ? row.key : undefined)}
            placement={placement === 'bottom' ? 'bottom' : 'right'}
            onPlace={(detail) => model.setPanes({ detail })}
            onClose={() => model.setPanes({ detail: 'closed' })}
          />
          <DetailTabs key={row.key} row={row} />
        </>
      )}
    </section>
  )
}

function NoRow({ pinned, onUnpin }: { readonly pinned: boolean; readonly onUnpin: () => void }): ReactNode {
  if (!pinned) return <PaneMessage text="Select a task to see why it is as it is, and what may be done about it." />
  return (
    <PaneMessage
      text="The pinned task was cleared and is no longer known."
      action={
        <Button size="pane" look="outline" onClick={onUnpin}>
          Follow the selection
        </Button>
      }
    />
  )
}

function DetailTabs({ row }: { readonly row: Row }): ReactNode {
  const [chosen, setChosen] = useState<TabId>(rememberedTab)
  const detail = useDetail(row.key)
  const lost = useWindow((state) => state.connection === 'lost')
  const trace = useWindow((state) => state.trace)
  const spans = useMemo(() => {
    const traced = isTaskRow(row) && trace !== undefined && trace.traceId === row.trace?.traceId
    return traced ? spanCount(trace) : undefined
  }, [row, trace])
  const focus = useWindow((state) => state.spanFocus)
  const [seenFocus, setSeenFocus] = useState(focus)
  if (focus !== seenFocus) {
    setSeenFocus(focus)
    if (focus?.task === row.key) setChosen('spans')
  }
  const frame = useWindow((state) => state.frameFocus)
  const [seenFrame, setSeenFrame] = useState(frame)
  if (frame !== seenFrame) {
    setSeenFrame(frame)
    if (frame?.row === row.key) setChosen('frames')
  }
  const { index } = useModel()
  const owner = useWindow((state) => ownerOf(row.source, index, state.rows))
  const wire = owner?.node === 'connection' || owner?.facts.recording === true ? owner.key : undefined
  const received = useReceivedLogs(row)
  const tabs = tabsOf(row, detail, lost, spans, received, wire)
  const shown = tabs.some((tab) => tab.id === chosen) ? chosen : 'overview'
  return (
    <Tabs
      name="Details"
      tabs={tabs}
      chosen={shown}
      onChoose={(id) => {
        remember('detail.tab', id)
        setChosen(id)
      }}
    />
  )
}

function rememberedTab(): TabId {
  const id = remembered('detail.tab')
  return tabIds.find((each) => each === id) ?? 'overview'
}

function tabsOf(
  row: Row,
  detail: Detail | undefined,
  lost: boolean,
  spans: number | undefined,
  received: readonly ReceivedLog[],
  /** The conversation that the row was seen in, when its frames are kept. */
  wire: NodeKey | undefined,
): readonly Tab<TabId>[] {
  const task = isTaskRow(row)
  const some = (count: number | undefined) => (count === undefined || count === 0 ? undefined : count)
  const withDetail = (panel: (known: Detail) => ReactNode) => () =>
    detail === undefined ? <PaneMessage text={lost ? lostText : 'Asking for the details…'} /> : panel(detail)
  return [
    { id: 'overview', title: 'Overview', panel: () => <OverviewTab row={row} detail={detail} /> },
    ...(task ? [{ id: 'state', title: 'State', panel: () => <StateTab row={row} detail={detail} /> } as const] : []),
    {
      id: 'events',
      title: 'Events',
      count: some(detail === undefined ? undefined : detail.events.items.length + detail.events.dropped),
      panel: withDetail((known) => <EventsTab detail={known} />),
    },
    {
      id: 'console',
      title: 'Console',
      count: some(detail === undefined ? undefined : detail.logs.items.length + detail.logs.dropped + received.length),
      panel: withDetail((known) => <ConsoleTab detail={known} received={received} />),
    },
    ...(task || row.node === 'host'
      ? [{ id: 'stack', title: 'Stack', panel: withDetail((known) => <StackTab row={row} detail={known} />) } as const]
      : []),
    ...(task
      ? [
          {
            id: 'spans',
            title: 'Spans',
            count: some(spans),
            panel: () => <TraceTab row={row} />,
          } as const,
        ]
      : []),
    ...(wire === undefined
      ? []
      : [
          {
            id: 'frames',
            title: 'Frames',
            panel: () => <FramesTab row={row} detail={detail} connection={wire} />,
          } as const,
        ]),
  ]
}

const lostText =
  'The connection to the application is lost, and these details had not arrived. Reload the window to ask again.'
