import { Box, Plug } from 'lucide-react'
import type { ReactNode } from 'react'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow } from '../../core/model/row.ts'
import { visibleText } from '../../core/model/visible-text.ts'
import { useRow } from '../state/hooks.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { MenuItem, MenuLabel } from '../widgets/menu.tsx'

/** Sources that can run something; choosing one opens the dialog with its tasks or tools. */
export function RunItems(): ReactNode {
  const { index } = useModel()
  useWindow((state) => state.structure)
  const owners = index.owners()
  return (
    <>
      <MenuLabel>{owners.length === 0 ? 'Nothing is open yet' : 'Run a task of'}</MenuLabel>
      {owners.map((key) => (
        <OwnerItem key={key} owner={key} />
      ))}
    </>
  )
}

function OwnerItem({ owner }: { readonly owner: NodeKey }): ReactNode {
  const model = useModel()
  const row = useRow(owner)
  if (row === undefined || isTaskRow(row)) return undefined
  const Icon = row.node === 'connection' ? Plug : Box
  const whyNot = row.status === 'open' ? undefined : `it is ${row.status}`
  return (
    <MenuItem
      icon={<Icon size={14} strokeWidth={1.75} />}
      whyNot={whyNot}
      hint={row.node}
      onSelect={() => model.open({ kind: 'run', target: owner })}
    >
      {`${visibleText(row.name)}…`}
    </MenuItem>
  )
}
