/** What lived when: a minimap of the session, and a lane per task for the stretch of time in view. */
import { type CSSProperties, type ReactNode, useMemo, useState } from 'react'
import { useLanes, useSelection } from '../state/hooks.ts'
import { remember, remembered } from '../state/remembered.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { chooseLanes, type LaneChoice } from './choose-lanes.ts'
import { Histograms } from './histograms.tsx'
import { LaneList } from './lane-list.tsx'
import { Minimap } from './minimap.tsx'
import { Ruler } from './ruler.tsx'
import { sessionSpan } from './session-load.ts'
import styles from './timeline.module.css'
import { type TimelineFace, TimelineHead } from './timeline-head.tsx'
import { useElementWidth } from './use-element-size.ts'
import { useGutterWidth } from './use-gutter-width.ts'
import { useNewestEnd, useTaskTimes } from './use-task-times.ts'
import { useTimelineView } from './use-view.ts'

export function Timeline(): ReactNode {
  const model = useModel()
  const collapsed = useWindow((state) => state.panes.timeline === 'collapsed')
  const rows = useWindow((state) => state.rows)
  const { key: selected } = useSelection()
  const { times, revision } = useTaskTimes()
  const now = useNewestEnd(times)
  const session = useMemo(() => sessionSpan(times, now), [times, now])
  const view = useTimelineView(session?.to ?? now, session)
  const [timeRef, width] = useElementWidth<HTMLDivElement>()
  const gutter = useGutterWidth()
  const [face, setFace] = useState<TimelineFace>(() =>
    remembered('timeline.face') === 'histograms' ? 'histograms' : 'lanes',
  )

  // Rows change in place, many times a second; the lanes are chosen anew with each tick of the clock, and when a task begins, ends or turns.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` and `revision` stand for the rows
  const choice = useMemo(
    () => (collapsed || face === 'histograms' ? nothing : chooseLanes(times, rows, selected, view.span)),
    [times, rows, selected, view.span, collapsed, face, now, revision],
  )
  const keys = useStableKeys(choice)
  const lanes = useLanes(keys)

  return (
    <section className={styles.timeline} aria-label="Timeline" style={{ '--gutter': `${gutter}px` } as CSSProperties}>
      <TimelineHead
        lanes={choice.lanes.length}
        left={choice.left}
        collapsed={collapsed}
        view={view}
        face={face}
        onFace={(next) => {
          remember('timeline.face', next)
          setFace(next)
        }}
        onCollapse={() => model.setPanes({ timeline: collapsed ? 'open' : 'collapsed' })}
      />
      <Minimap times={times} session={session} view={view} width={width} now={now} />
      {collapsed ? (
        <div ref={timeRef} className={styles.measure} />
      ) : face === 'histograms' ? (
        <>
          <div ref={timeRef} className={styles.measure} />
          <Histograms now={now} />
        </>
      ) : (
        <>
          <Ruler ref={timeRef} span={view.span} width={width} now={now} />
          <LaneList choice={choice} lanes={lanes} view={view} width={width} now={now} selected={selected} />
        </>
      )}
    </section>
  )
}

const nothing: LaneChoice = { lanes: [], left: 0 }

/** The same array for as long as the same tasks have a lane: the wish goes to the feed once. */
function useStableKeys(choice: LaneChoice) {
  const joined = choice.lanes.flatMap((lane) => lane.tasks.map((row) => row.key)).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the joined keys stand for the choice
  return useMemo(() => choice.lanes.flatMap((lane) => lane.tasks.map((row) => row.key)), [joined])
}
