/** Shows the dialog that the window's state names. Once in the window, above everything. */
import type { ReactNode } from 'react'
import { assertNever } from '../../core/model/assert.ts'
import { useDialog } from '../state/hooks.ts'
import { CrashDialog } from '../sys/crash-dialog.tsx'
import { AboutDialog } from './about-dialog.tsx'
import { ConnectDialog } from './connect-dialog.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { KillDialog } from './kill-dialog.tsx'
import { useFocusNotes } from './return-focus.ts'
import { RunDialog } from './run-dialog.tsx'
import { SettingsDialog } from './settings-dialog.tsx'

export function DialogHost(): ReactNode {
  const { dialog, close } = useDialog()
  useFocusNotes()
  if (dialog === undefined) return undefined
  switch (dialog.kind) {
    case 'kill':
      return <KillDialog key={dialog.target} target={dialog.target} way={dialog.way} onClose={close} />
    case 'run':
      return <RunDialog target={dialog.target} offer={dialog.offer} input={dialog.input} onClose={close} />
    case 'connect':
      return <ConnectDialog launch={dialog.launch} onClose={close} />
    case 'export':
      return <ExportDialog onClose={close} />
    case 'crash':
      return <CrashDialog target={dialog.target} onClose={close} />
    case 'settings':
      return <SettingsDialog onClose={close} />
    case 'about':
      return <AboutDialog onClose={close} />
    // The palette and the shortcut sheet are no questions; they draw themselves.
    case 'palette':
    case 'shortcuts':
      return undefined
    default:
      return assertNever(dialog)
  }
}
