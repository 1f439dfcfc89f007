/** The toolbar: how tasks get in, what may be done to the selected one, the filter, and the view's own switches. */
import {
  ChevronDown,
  CircleSlash,
  CircleX,
  Ellipsis,
  FolderOpen,
  Pause,
  Play,
  Plug,
  RotateCcw,
  Snowflake,
  StepForward,
  Terminal,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { CommandItem } from '../commands/command-item.tsx'
import { Logo } from '../shell/logo.tsx'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { Menu, MenuRule } from '../widgets/menu.tsx'
import { CommandButton } from './command-button.tsx'
import { ExportButton } from './export-button.tsx'
import { FilterField } from './filter-field.tsx'
import { RecentItems } from './recent-items.tsx'
import { RunItems } from './run-items.tsx'
import { SettingsMenu } from './settings-menu.tsx'
import styles from './toolbar.module.css'

const icon = { size: 15, strokeWidth: 1.75 } as const

export function Toolbar(): ReactNode {
  return (
    <div className={styles.bar} role="toolbar" aria-label="Main">
      <Logo />
      <div className={styles.group}>
        <Menu trigger={<Opener text="Open" icon={<FolderOpen {...icon} />} />}>
          <CommandItem id="start.open" />
          <CommandItem id="start.import" />
          <CommandItem id="start.openCapture" />
          <CommandItem id="start.demo" />
          <RecentItems />
        </Menu>
        <CommandButton id="start.connect" text="Connect" icon={<Plug {...icon} />} />
        <Menu trigger={<Opener text="Run" icon={<Terminal {...icon} />} />}>
          <RunItems />
        </Menu>
      </div>
      <span className={styles.rule} />
      <div className={styles.group}>
        <CommandButton id="task.suspend" icon={<Pause {...icon} />} />
        <CommandButton id="task.resume" keys="F8" icon={<Play {...icon} />} />
        <CommandButton id="task.step" icon={<StepForward {...icon} />} />
      </div>
      <span className={styles.rule} />
      <div className={styles.group}>
        <CommandButton id="task.cancel" icon={<CircleSlash {...icon} />} />
        <CommandButton id="task.retry" icon={<RotateCcw {...icon} />} />
        <Menu trigger={<Button name="More acts" icon={<Ellipsis {...icon} />} />}>
          <CommandItem id="task.suspendSubtree" />
          <CommandItem id="task.resumeSubtree" />
          <MenuRule />
          <CommandItem id="host.takeStack" />
          <CommandItem id="host.freeze" />
          <CommandItem id="host.thaw" />
          <CommandItem id="host.restart" />
          <MenuRule />
          <CommandItem id="task.copyId" />
          <CommandItem id="source.saveCapture" />
          <CommandItem id="view.clearFinished" />
          <CommandItem id="source.remove" />
          <MenuRule />
          <CommandItem id="host.crash" />
          <CommandItem id="host.stop" />
        </Menu>
      </div>
      <CommandButton id="task.kill" asks look="danger-text" className={styles.kill} icon={<CircleX {...icon} />} />
      <FilterField />
      <div className={`${styles.group} ${styles.view}`}>
        <FreezeButton />
        <ExportButton />
      </div>
      <span className={styles.rule} />
      <SettingsMenu />
    </div>
  )
}

function Opener({ text, icon: drawing, ...passed }: { readonly text: string; readonly icon: ReactNode }): ReactNode {
  return (
    <Button {...passed} icon={drawing}>
      <span className={styles.opener}>
        {text}
        <ChevronDown className={styles.chevron} size={13} strokeWidth={1.75} />
      </span>
    </Button>
  )
}

function FreezeButton(): ReactNode {
  const model = useModel()
  const frozen = useWindow((state) => state.frozenAt !== undefined)
  return (
    <Button
      icon={<Snowflake {...icon} />}
      keys="Space"
      hint="Stops the screen, not the tasks"
      pressed={frozen}
      className={frozen ? styles.ice : ''}
      onClick={frozen ? model.thaw : model.freeze}
    >
      Freeze view
    </Button>
  )
}
