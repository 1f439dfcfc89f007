/** Theme and density; each takes effect at once. */
import type { ReactNode } from 'react'
import type { AppSettings } from '../../core/feed/app-commands.ts'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { FailureNote } from './failure-note.tsx'
import styles from './settings-dialog.module.css'
import { useSettings } from './use-settings.ts'

export function SettingsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const model = useModel()
  const { settings, failure } = useSettings()

  async function change(wanted: Partial<Pick<AppSettings, 'theme' | 'density'>>): Promise<void> {
    const result = await model.invoke('changeSettings', wanted)
    if (result.ok) model.store.setState({ settings: result.value })
  }

  return (
    <DialogFrame
      title="Settings"
      onClose={onClose}
      note={
        <Button size="bar" look="outline" onClick={() => model.open({ kind: 'export' })}>
          Export settings…
        </Button>
      }
      buttons={
        <Button look="outline" onClick={onClose}>
          Close
        </Button>
      }
    >
      {failure === undefined ? undefined : <FailureNote failure={failure} />}
      <div className={styles.setting}>
        <span>Theme</span>
        <Segmented
          name="Theme"
          options={[
            { id: 'system', title: 'System' },
            { id: 'light', title: 'Light' },
            { id: 'dark', title: 'Dark' },
          ]}
          chosen={settings?.theme ?? 'system'}
          onChoose={(theme) => void change({ theme })}
        />
      </div>
      <div className={styles.setting}>
        <span>Rows</span>
        <Segmented
          name="Rows"
          options={[
            { id: 'dense', title: 'Dense' },
            { id: 'comfortable', title: 'Comfortable' },
          ]}
          chosen={settings?.density ?? 'dense'}
          onChoose={(density) => void change({ density })}
        />
      </div>
    </DialogFrame>
  )
}
