/** Messages above the timeline. They leave by themselves, errors later, and never while the pointer rests on them. */
import { Check, Info, X } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { SafeText } from '../detail/safe-text.tsx'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import { useModel, useWindow } from '../state/window-context.tsx'
import type { Toast as ToastData } from '../state/window-state.ts'
import { Keys } from '../widgets/keys.tsx'
import styles from './toasts.module.css'

const shownMs = { success: 5000, info: 5000, error: 12_000 } as const

export function Toasts(): ReactNode {
  const toasts = useWindow((state) => state.toasts)
  return (
    <section className={styles.stack} aria-label="Messages">
      {toasts.map((toast, place) => (
        <Toast key={toast.id} toast={toast} newest={place === toasts.length - 1} />
      ))}
    </section>
  )
}

function Toast({ toast, newest }: { readonly toast: ToastData; readonly newest: boolean }): ReactNode {
  const model = useModel()
  const [rests, setRests] = useState(false)
  const { id, tone, subject, text, detail, undo } = toast
  useEffect(() => {
    if (rests) return undefined
    const timer = setTimeout(() => model.dismiss(id), shownMs[tone])
    return () => clearTimeout(timer)
  }, [model, id, tone, rests])
  return (
    <div
      className={styles.toast}
      role={tone === 'error' ? 'alert' : 'status'}
      data-toast={tone}
      onPointerEnter={() => setRests(true)}
      onPointerLeave={() => setRests(false)}
    >
      <Glyph tone={tone} />
      <span className={styles.text}>
        {subject === undefined ? undefined : (
          <span className={styles.subject}>
            <SafeText text={subject} />{' '}
          </span>
        )}
        <span className={styles.subject}>
          <SafeText text={text} />
        </span>
        {detail === undefined ? undefined : (
          <span className={styles.detail}>
            {' '}
            <SafeText text={detail} />
          </span>
        )}
      </span>
      {undo === undefined ? undefined : (
        <button
          type="button"
          className={styles.undo}
          onClick={() => {
            undo()
            model.dismiss(id)
          }}
        >
          Undo
        </button>
      )}
      {undo !== undefined && newest ? <Keys keys="mod+Z" /> : undefined}
      {undo === undefined ? (
        <button type="button" className={styles.close} aria-label="Dismiss" onClick={() => model.dismiss(id)}>
          <X size={14} strokeWidth={1.75} />
        </button>
      ) : undefined}
    </div>
  )
}

function Glyph({ tone }: { readonly tone: ToastData['tone'] }): ReactNode {
  if (tone === 'error') return <FaceGlyph face="failed" />
  const Icon = tone === 'success' ? Check : Info
  return <Icon className={tone === 'success' ? styles.success : styles.info} size={14} strokeWidth={2} />
}
