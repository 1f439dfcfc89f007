/** Keeps the frames of one node coming while somebody looks: asks again in short steps, and only for what is new. */
import { useEffect, useState } from 'react'
import type { FrameList } from '../../core/model/frame.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { useModel } from '../state/window-context.tsx'

const askEveryMs = 400

/** `undefined` until they have arrived. */
export function useFrames(key: NodeKey): FrameList | undefined {
  const model = useModel()
  const [known, setKnown] = useState<{ readonly key: NodeKey; readonly list: FrameList }>()
  useEffect(() => {
    let revision: number | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const ask = async () => {
      const answer = await model.invoke('readFrames', { key, revision }, { quiet: true })
      if (over) return
      if (answer.ok && answer.value !== undefined) {
        revision = answer.value.revision
        setKnown({ key, list: answer.value })
      }
      timer = setTimeout(() => void ask(), askEveryMs)
    }
    void ask()
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [model, key])
  return known?.key === key ? known.list : undefined
}

/** The JSON of one frame; `missing` when it is no longer kept. */
export function useFrameText(key: NodeKey, seq: number): string | 'missing' | undefined {
  const model = useModel()
  const [known, setKnown] = useState<{ readonly seq: number; readonly text: string | undefined }>()
  useEffect(() => {
    let over = false
    void model.invoke('readFrame', { key, seq }, { quiet: true }).then((answer) => {
      if (!over) setKnown({ seq, text: answer.ok ? answer.value : undefined })
    })
    return () => {
      over = true
    }
  }, [model, key, seq])
  if (known?.seq !== seq) return undefined
  return known.text ?? 'missing'
}
