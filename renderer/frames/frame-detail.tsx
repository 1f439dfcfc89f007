/** One frame in full: as a tree, or exactly as it was on the wire. */
import { type ReactNode, useMemo, useState } from 'react'
import type { FrameRow } from '../../core/model/frame.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { CopyButton } from '../detail/copy-button.tsx'
import { PayloadView } from '../detail/payload-view.tsx'
import { SafeText } from '../detail/safe-text.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import { methodText, sizeText } from './frame-line.tsx'
import styles from './frame-log.module.css'
import { useFrameText } from './use-frames.ts'

const ways = {
  c2s: 'client to server',
  s2c: 'server to client',
  dbg2s: 'injected, to the server',
  s2dbg: 'answer to an injected request',
  dbg2c: 'injected, to the client',
  c2dbg: 'answer to an injected request',
} as const

export function FrameDetail({ node, frame }: { readonly node: NodeKey; readonly frame: FrameRow }): ReactNode {
  const [look, setLook] = useState<'tree' | 'raw'>('tree')
  const text = useFrameText(node, frame.seq)
  const payload = useMemo(
    () =>
      text === undefined || text === 'missing'
        ? undefined
        : { format: 'json' as const, text, size: text.length, truncated: false },
    [text],
  )
  return (
    <section className={styles.detail} aria-label={`Frame ${frame.seq}`}>
      <header className={styles.detailHead}>
        <strong>#{frame.seq}</strong>
        <span className={styles.detailText}>
          <code>
            <SafeText text={methodText(frame)} />
          </code>{' '}
          {ways[frame.dir]}, {sizeText(frame.size)}
        </span>
        <Segmented
          name="Frame as"
          options={[
            { id: 'tree', title: 'Tree' },
            { id: 'raw', title: 'Raw' },
          ]}
          chosen={look}
          onChoose={setLook}
        />
        {payload === undefined ? undefined : <CopyButton text={payload.text} name="Copy frame" />}
      </header>
      <div className={styles.detailBody}>
        {text === 'missing' ? <p className={styles.quiet}>What it held is no longer kept.</p> : undefined}
        {payload === undefined ? undefined : look === 'tree' ? (
          <PayloadView payload={payload} />
        ) : (
          <pre className={styles.raw}>
            <SafeText text={payload.text} />
          </pre>
        )}
      </div>
    </section>
  )
}
