import { ChevronDown, ChevronUp, LocateFixed, Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import type { ReactNode } from 'react'
import { faceBar, faceWord, type StateFace } from '../icons/state-face.ts'
import { Button } from '../widgets/button.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import styles from './timeline.module.css'
import type { TimelineView } from './use-view.ts'

const legend: readonly StateFace[] = ['running', 'suspended', 'input_required', 'cancelling']
const step = 1.6

/** Lanes of tasks, or how their times are spread. */
export type TimelineFace = 'lanes' | 'histograms'

const faces = [
  { id: 'lanes', title: 'Lanes' },
  { id: 'histograms', title: 'Histograms' },
] as const

/** Title, legend and what may be done with the view. */
export function TimelineHead({
  lanes,
  left,
  collapsed,
  view,
  face,
  onFace,
  onCollapse,
}: {
  readonly lanes: number
  /** Tasks in view that got no lane. */
  readonly left: number
  readonly collapsed: boolean
  readonly view: TimelineView
  readonly face: TimelineFace
  readonly onFace: (face: TimelineFace) => void
  readonly onCollapse: () => void
}): ReactNode {
  return (
    <header className={styles.head}>
      <h2 className={styles.title}>Timeline</h2>
      {collapsed ? undefined : (
        <Segmented name="What the timeline shows" options={faces} chosen={face} onChoose={onFace} />
      )}
      {collapsed || face === 'histograms' ? undefined : (
        <span className={styles.count}>
          {lanes} {lanes === 1 ? 'lane' : 'lanes'}
          {left > 0 ? `, ${left} more tasks without one` : ''}
        </span>
      )}
      <span className={styles.space} />
      {collapsed || face === 'histograms' ? undefined : (
        <>
          <span className={styles.legend} aria-hidden="true">
            {legend.map((face) => (
              <span key={face} className={styles.legendItem}>
                <span className={styles.swatch} data-face={face} style={{ backgroundColor: faceBar(face) }} />
                {faceWord(face)}
              </span>
            ))}
            <span className={styles.legendItem}>
              <span className={styles.checkpoint} />
              checkpoint
            </span>
            <span className={styles.legendItem}>
              <span className={styles.sign} />
              sign of life
            </span>
          </span>
          <span className={styles.rule} aria-hidden="true" />
          <Button
            size="pane"
            name="Zoom out"
            icon={<ZoomOut size={14} strokeWidth={1.75} />}
            onClick={() => view.zoom(step)}
          />
          <Button
            size="pane"
            name="Zoom in"
            icon={<ZoomIn size={14} strokeWidth={1.75} />}
            onClick={() => view.zoom(1 / step)}
          />
          <Button size="pane" icon={<Maximize2 size={14} strokeWidth={1.75} />} onClick={view.fit}>
            Fit
          </Button>
        </>
      )}
      {face === 'histograms' && !collapsed ? undefined : (
        <Button
          size="pane"
          icon={<LocateFixed size={14} strokeWidth={1.75} />}
          pressed={view.follows}
          onClick={() => (view.follows ? view.show(view.span) : view.follow())}
        >
          Follow now
        </Button>
      )}
      <Button
        size="pane"
        name={collapsed ? 'Show the lanes' : 'Hide the lanes'}
        icon={collapsed ? <ChevronUp size={14} strokeWidth={1.75} /> : <ChevronDown size={14} strokeWidth={1.75} />}
        onClick={onCollapse}
      />
    </header>
  )
}
