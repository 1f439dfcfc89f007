/** The whole window: toolbar, panes, timeline, status bar, and what floats above them. */
import { type ReactNode, useEffect } from 'react'
import { useCommandKeys } from '../commands/use-keys.ts'
import { DialogHost } from '../dialogs/dialog-host.tsx'
import { Palette } from '../palette/palette.tsx'
import { ShortcutSheet } from '../palette/shortcut-sheet.tsx'
import { useWindow, WindowProvider } from '../state/window-context.tsx'
import type { WindowModel } from '../state/window-model.ts'
import { StatusBar } from '../status/status-bar.tsx'
import { Toolbar } from '../toolbar/toolbar.tsx'
import { TooltipProvider } from '../widgets/tooltip.tsx'
import { Announcer } from './announcer.tsx'
import styles from './app.module.css'
import { watchCutTitles } from './cut-titles.ts'
import { Panes } from './panes.tsx'

export function App({ model }: { readonly model: WindowModel }): ReactNode {
  return (
    <WindowProvider model={model}>
      <TooltipProvider>
        <Frame />
      </TooltipProvider>
    </WindowProvider>
  )
}

function Frame(): ReactNode {
  useCommandKeys()
  useTheme()
  useEffect(() => watchCutTitles(document), [])
  return (
    <div className={styles.frame}>
      <header>
        <h1 className="visually-hidden">Taskscope</h1>
        <Toolbar />
      </header>
      <main className={styles.main}>
        <Panes />
      </main>
      <StatusBar />
      <Announcer />
      <Palette />
      <ShortcutSheet />
      <DialogHost />
    </div>
  )
}

/** The root element carries theme and density, so that tokens follow them. */
function useTheme(): void {
  const theme = useWindow((state) => state.settings?.theme ?? 'system')
  const density = useWindow((state) => state.settings?.density ?? 'dense')
  useEffect(() => {
    const { dataset } = document.documentElement
    dataset.theme = theme
    dataset.density = density
  }, [theme, density])
}
