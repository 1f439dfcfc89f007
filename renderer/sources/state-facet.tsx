import type { ReactNode } from 'react'
import { countText } from '../detail/time-text.ts'
import { faceWord, type StateFace, stateFaces } from '../icons/state-face.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import { useModel, useWindow } from '../state/window-context.tsx'
import styles from './state-facet.module.css'

/** The ten faces of tasks: what each looks like, how many there are, and a press shows only those. */
export function StateFacet(): ReactNode {
  return (
    <section className={styles.facet} aria-label="Tasks by state">
      <h3 className={styles.title}>State</h3>
      <ul>
        {stateFaces.map((face) => (
          <Line key={face} face={face} />
        ))}
      </ul>
    </section>
  )
}

function Line({ face }: { readonly face: StateFace }): ReactNode {
  const model = useModel()
  const count = useWindow((state) => (state.tick >= 0 ? model.index.counts(state.source)[face] : 0))
  const chosen = useWindow((state) => state.faces.has(face))
  return (
    <li>
      <button
        type="button"
        className={styles.line}
        aria-pressed={chosen}
        data-face={face}
        onClick={() => model.toggleFace(face)}
      >
        <FaceGlyph face={face} />
        <span className={styles.word}>{faceWord(face)}</span>
        <span className={count === 0 ? styles.none : styles.count}>{countText(count)}</span>
      </button>
    </li>
  )
}
