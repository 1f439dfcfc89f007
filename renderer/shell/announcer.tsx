/** The one polite live region: what became of the selected task, and how many rows the filter leaves. At most once a second. */
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { isTaskRow } from '../../core/model/row.ts'
import { visibleText } from '../../core/model/visible-text.ts'
import { faceOf, faceWord } from '../icons/state-face.ts'
import { useSelection } from '../state/hooks.ts'

const pauseMs = 1000

export function Announcer(): ReactNode {
  const { key, row } = useSelection()
  const words =
    row === undefined
      ? ''
      : `${visibleText(row.name)} ${isTaskRow(row) ? faceWord(faceOf(row.state, row.failure)) : row.status}`
  const [said, setSaid] = useState('')
  const before = useRef(key)
  useEffect(() => {
    // The focus itself reads a row that was just chosen; only what changes on it later is news.
    const chosen = before.current !== key
    before.current = key
    if (chosen) return undefined
    const timer = setTimeout(() => setSaid(words), pauseMs)
    return () => clearTimeout(timer)
  }, [key, words])
  return (
    <div className="visually-hidden" aria-live="polite" aria-atomic="true" data-announcer="">
      {said}
    </div>
  )
}
