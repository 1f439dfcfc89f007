/** Copies one text; the glyph becomes a check once it is on the clipboard. */
import { Check, Copy } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useModel } from '../state/window-context.tsx'
import styles from './copy-button.module.css'

const shownForMs = 1200

export function CopyButton({ text, name }: { readonly text: string; readonly name: string }): ReactNode {
  const model = useModel()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), shownForMs)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <button
      type="button"
      className={styles.copy}
      aria-label={name}
      title={name}
      onClick={() => void model.invoke('copyText', { text }).then((result) => setCopied(result.ok))}
    >
      {copied ? <Check size={12} strokeWidth={2} /> : <Copy size={12} strokeWidth={1.75} />}
    </button>
  )
}
