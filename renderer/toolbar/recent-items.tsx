import { FileCode2, Plug } from 'lucide-react'
import type { ReactNode } from 'react'
import { keyOfTarget, placeOfTarget } from '../dialogs/target-words.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { MenuItem, MenuLabel, MenuRule } from '../widgets/menu.tsx'

const most = 6

/** Modules and servers that were opened before, newest first. */
export function RecentItems(): ReactNode {
  const model = useModel()
  const modules = useWindow((state) => state.settings?.recentModules) ?? []
  const servers = useWindow((state) => state.settings?.recentServers) ?? []
  if (modules.length + servers.length === 0) return undefined
  return (
    <>
      <MenuRule />
      <MenuLabel>Recent</MenuLabel>
      {modules.slice(0, most).map((path) => (
        <MenuItem
          key={path}
          icon={<FileCode2 size={14} strokeWidth={1.75} />}
          hint={folderOf(path)}
          onSelect={() => void model.invoke('openModule', { path, origin: 'recent' })}
        >
          {nameOf(path)}
        </MenuItem>
      ))}
      {servers.slice(0, most).map((launch) => (
        <MenuItem
          key={keyOfTarget(launch)}
          icon={<Plug size={14} strokeWidth={1.75} />}
          hint={placeOfTarget(launch)}
          onSelect={() => model.open({ kind: 'connect', launch })}
        >
          {launch.name}
        </MenuItem>
      ))}
    </>
  )
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

function folderOf(path: string): string {
  return path.slice(0, -nameOf(path).length - 1)
}
