/** Sources, tasks, detail and timeline: resizable, collapsible, and as they were left the last time. */
import { type ReactNode, useEffect, useRef } from 'react'
import { Group, Panel, type PanelImperativeHandle, Separator } from 'react-resizable-panels'
import { DetailPane } from '../detail/detail-pane.tsx'
import { SourcesPane } from '../sources/sources-pane.tsx'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Timeline } from '../timeline/timeline.tsx'
import { TasksPane } from '../tree/tasks-pane.tsx'
import { paneSizes, rememberSize } from './pane-sizes.ts'
import styles from './panes.module.css'
import { Toasts } from './toasts.tsx'

export function Panes(): ReactNode {
  const hasRows = useWindow((state) => state.rows.size > 0)
  const sizes = useRef(paneSizes()).current
  const timeline = useTimelinePanel()
  return (
    <Group
      id="window"
      orientation="vertical"
      className={styles.group}
      onLayoutChanged={(_layout, { isUserInteraction }) => {
        if (isUserInteraction) rememberSize('timeline', timeline.panel.current)
      }}
    >
      <Panel id="upper" minSize={160} className={styles.panel}>
        <Upper hasRows={hasRows} />
      </Panel>
      {hasRows ? (
        <>
          <Separator className={styles.horizontal} aria-label="Height of the timeline" />
          <Panel
            id="timeline"
            panelRef={timeline.panel}
            defaultSize={timeline.collapsed ? 56 : sizes.timeline}
            minSize={120}
            maxSize="70%"
            collapsible
            collapsedSize={56}
            groupResizeBehavior="preserve-pixel-size"
            className={styles.panel}
            onResize={timeline.onResize}
          >
            <Timeline />
          </Panel>
        </>
      ) : undefined}
    </Group>
  )
}

function Upper({ hasRows }: { readonly hasRows: boolean }): ReactNode {
  const side = useWindow((state) => state.panes.detail)
  const sizes = useRef(paneSizes()).current
  const sources = useSourcesPanel()
  const detail = useRef<PanelImperativeHandle>(null)
  const showDetail = hasRows && side !== 'closed'
  return (
    <Group
      id="upper-group"
      orientation="horizontal"
      className={styles.group}
      onLayoutChanged={(_layout, { isUserInteraction }) => {
        if (!isUserInteraction) return
        rememberSize('sources', sources.panel.current)
        rememberSize('detail', detail.current)
      }}
    >
      <Panel
        id="sources"
        panelRef={sources.panel}
        defaultSize={sources.collapsed ? 40 : sizes.sources}
        minSize={160}
        maxSize={360}
        collapsible
        collapsedSize={40}
        groupResizeBehavior="preserve-pixel-size"
        className={styles.panel}
        onResize={sources.onResize}
      >
        <SourcesPane />
      </Panel>
      <Separator className={styles.vertical} aria-label="Width of the sources" />
      <Panel id="tasks" minSize={360} className={styles.panel}>
        {showDetail && side === 'bottom' ? <Stacked /> : <TasksPane />}
        <Toasts />
      </Panel>
      {showDetail && side === 'right' ? (
        <>
          <Separator className={styles.vertical} aria-label="Width of the details" />
          <Panel
            id="detail"
            panelRef={detail}
            defaultSize={sizes.detail}
            minSize={320}
            groupResizeBehavior="preserve-pixel-size"
            className={styles.panel}
          >
            <DetailPane />
          </Panel>
        </>
      ) : undefined}
    </Group>
  )
}

function Stacked(): ReactNode {
  return (
    <Group id="stacked" orientation="vertical" className={styles.group}>
      <Panel id="stacked-tasks" minSize={120} className={styles.panel}>
        <TasksPane />
      </Panel>
      <Separator className={styles.horizontal} aria-label="Height of the details" />
      <Panel id="stacked-detail" minSize={120} defaultSize="50%" className={styles.panel}>
        <DetailPane />
      </Panel>
    </Group>
  )
}

/** A pane that is collapsed by a command as well as by dragging; both must agree. */
function useCollapsible(collapsed: boolean, onCollapsed: (collapsed: boolean) => void) {
  const panel = useRef<PanelImperativeHandle>(null)
  useEffect(() => {
    const { current } = panel
    if (current === null || current.isCollapsed() === collapsed) return
    if (collapsed) current.collapse()
    else current.expand()
  }, [collapsed])
  return {
    panel,
    collapsed,
    onResize() {
      const now = panel.current?.isCollapsed()
      if (now !== undefined && now !== collapsed) onCollapsed(now)
    },
  }
}

function useSourcesPanel() {
  const model = useModel()
  const collapsed = useWindow((state) => state.panes.sources === 'rail')
  return useCollapsible(collapsed, (now) => model.setPanes({ sources: now ? 'rail' : 'open' }))
}

function useTimelinePanel() {
  const model = useModel()
  const collapsed = useWindow((state) => state.panes.timeline === 'collapsed')
  return useCollapsible(collapsed, (now) => model.setPanes({ timeline: now ? 'collapsed' : 'open' }))
}
