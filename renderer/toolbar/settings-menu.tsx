import { Moon, Settings2, Sun, SunMoon } from 'lucide-react'
import type { ReactNode } from 'react'
import { runCommand } from '../commands/command.ts'
import { CommandItem } from '../commands/command-item.tsx'
import { findCommand } from '../commands/command-list.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { Menu, MenuItem, MenuLabel, MenuRule } from '../widgets/menu.tsx'

const themes = [
  { id: 'system', title: 'Of the system', icon: SunMoon },
  { id: 'light', title: 'Light', icon: Sun },
  { id: 'dark', title: 'Dark', icon: Moon },
] as const

/** The looks of the window, its panes, and the way to all settings. */
export function SettingsMenu(): ReactNode {
  const model = useModel()
  const theme = useWindow((state) => state.settings?.theme ?? 'system')
  const comfortable = useWindow((state) => state.settings?.density === 'comfortable')
  const panes = useWindow((state) => state.panes)
  const run = (id: string) => {
    const command = findCommand(id)
    if (command !== undefined) runCommand(command, model)
  }
  return (
    <Menu align="end" trigger={<Button name="Settings" icon={<Settings2 size={15} strokeWidth={1.75} />} />}>
      <MenuLabel>Theme</MenuLabel>
      {themes.map(({ id, title, icon: Icon }) => (
        <MenuItem
          key={id}
          icon={<Icon size={14} strokeWidth={1.75} />}
          checked={theme === id}
          onSelect={() => run(`view.theme.${id}`)}
        >
          {title}
        </MenuItem>
      ))}
      <MenuRule />
      <MenuItem checked={comfortable} onSelect={() => run('view.density')}>
        Comfortable rows
      </MenuItem>
      <MenuItem checked={panes.sources === 'open'} keys="mod+B" onSelect={() => run('view.sources')}>
        Sources
      </MenuItem>
      <MenuItem checked={panes.detail !== 'closed'} keys="mod+I" onSelect={() => run('view.detail')}>
        Detail
      </MenuItem>
      <MenuItem checked={panes.timeline === 'open'} keys="mod+J" onSelect={() => run('view.timeline')}>
        Timeline
      </MenuItem>
      <MenuRule />
      <CommandItem id="view.detailSide" text="Move the detail" />
      <CommandItem id="view.shortcuts" />
      <CommandItem id="view.export" />
      <CommandItem id="view.settings" />
    </Menu>
  )
}
