/** What this is, in which versions and how it fares: what a bug report needs. */
import { type ReactNode, useEffect, useState } from 'react'
import type { AppCommands, CommandFailure } from '../../core/feed/app-commands.ts'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { AboutMetrics } from './about-metrics.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { FailureNote } from './failure-note.tsx'
import styles from './settings-dialog.module.css'

type Info = AppCommands['appInfo']['output']

export function AboutDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const model = useModel()
  const [info, setInfo] = useState<Info>()
  const [failure, setFailure] = useState<CommandFailure>()
  useEffect(() => {
    let gone = false
    void model.invoke('appInfo', undefined, { quiet: true }).then((result) => {
      if (gone) return
      if (result.ok) setInfo(result.value)
      else setFailure(result)
    })
    return () => {
      gone = true
    }
  }, [model])
  const lines = info === undefined ? [] : linesOf(info)
  const text = lines.map(([name, value]) => `${name} ${value}`).join('\n')
  return (
    <DialogFrame
      title="Taskscope"
      onClose={onClose}
      note={
        info === undefined ? undefined : (
          <Button size="bar" look="outline" onClick={() => void model.invoke('copyText', { text })}>
            Copy versions
          </Button>
        )
      }
      buttons={
        <Button look="outline" onClick={onClose}>
          Close
        </Button>
      }
    >
      <p>A desktop debugger for MCP tasks. Nothing leaves this machine unless you set a collector.</p>
      {failure === undefined ? undefined : <FailureNote failure={failure} />}
      <dl className={styles.versions}>
        {lines.map(([name, value]) => [<dt key={`${name} name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
      </dl>
      <AboutMetrics />
    </DialogFrame>
  )
}

function linesOf(info: Info): readonly (readonly [string, string])[] {
  return [
    ['Taskscope', info.version],
    ['Electron', info.electron],
    ['Node', info.node],
    ['Platform', info.platform],
  ]
}
