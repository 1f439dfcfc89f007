/** Copies one text; the glyph becomes a check once it is on the clipboard. */
import { Check, Copy } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useModel } from '../state/window-context.tsx'
import styles from './copy-button.module.css'

const shownForMs = 1200

export function CopyButton({ text, name }: { readonly text: string; readonly name: string }): ReactNode {
  const { copied, copy } = useCopy(text)
  return (
    <button type="button" className={styles.copy} aria-label={name} title={name} onClick={copy}>
      {copied ? <Check size={12} strokeWidth={2} /> : <Copy size={12} strokeWidth={1.75} />}
    </button>
  )
}

/** An id in short that copies itself whole. */
export function CopyId({
  id,
  shown,
  name,
}: {
  readonly id: string
  readonly shown: string
  readonly name: string
}): ReactNode {
  const { copied, copy } = useCopy(id)
  const text = copied ? 'copied' : shown
  return (
    // Who speaks to the window says what stands there: the name holds it.
    <button type="button" className={styles.id} aria-label={`${name} ${text}`} title={`${name} ${id}`} onClick={copy}>
      <code>{text}</code>
    </button>
  )
}

function useCopy(text: string): { readonly copied: boolean; copy(): void } {
  const model = useModel()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), shownForMs)
    return () => clearTimeout(timer)
  }, [copied])
  return {
    copied,
    copy: () => void model.invoke('copyText', { text }).then((result) => setCopied(result.ok)),
  }
}
