/**
 * Menus: under a button or at the pointer. An item that cannot be used stays in its place and its reason stands beside
 * it; it can be reached with the keys, so that the reason can be read.
 */
import { Check, ChevronRight } from 'lucide-react'
import { ContextMenu as RadixContext, DropdownMenu as RadixDropdown } from 'radix-ui'
import { createContext, type ReactElement, type ReactNode, useContext } from 'react'
import { keyText } from './keys.tsx'
import styles from './menu.module.css'

type Parts = Pick<
  typeof RadixDropdown,
  'Item' | 'Separator' | 'Label' | 'Sub' | 'SubTrigger' | 'SubContent' | 'Portal' | 'RadioGroup' | 'RadioItem'
>

const PartsContext = createContext<Parts>(RadixDropdown)

/** A menu that opens under its trigger. */
export function Menu({
  trigger,
  children,
  align = 'start',
  onOpenChange,
}: {
  readonly trigger: ReactElement
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
  readonly onOpenChange?: (open: boolean) => void
}): ReactNode {
  return (
    <RadixDropdown.Root modal={false} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <RadixDropdown.Trigger asChild>{trigger}</RadixDropdown.Trigger>
      <RadixDropdown.Portal>
        <RadixDropdown.Content className={styles.menu} align={align} sideOffset={4} collisionPadding={8} loop>
          {children}
        </RadixDropdown.Content>
      </RadixDropdown.Portal>
    </RadixDropdown.Root>
  )
}

/** A menu at the pointer (or at the focus, with the menu key) over its children. */
export function ContextMenu({
  target,
  children,
}: {
  readonly target: ReactElement
  readonly children: ReactNode
}): ReactNode {
  return (
    <PartsContext value={RadixContext as Parts}>
      <RadixContext.Root modal={false}>
        <RadixContext.Trigger asChild>{target}</RadixContext.Trigger>
        <RadixContext.Portal>
          <RadixContext.Content className={styles.menu} collisionPadding={8} loop>
            {children}
          </RadixContext.Content>
        </RadixContext.Portal>
      </RadixContext.Root>
    </PartsContext>
  )
}

export interface MenuItemProps {
  readonly children: ReactNode
  readonly icon?: ReactNode
  readonly keys?: string | undefined
  readonly whyNot?: string | undefined
  /** A quiet word after the text. */
  readonly hint?: string | undefined
  readonly danger?: boolean
  readonly checked?: boolean
  readonly onSelect: () => void
}

export function MenuItem(props: MenuItemProps): ReactNode {
  const { children, icon, keys, whyNot, hint, danger = false, checked, onSelect } = props
  const { Item } = useContext(PartsContext)
  return (
    <Item
      className={`${styles.item} ${danger ? styles.danger : ''}`}
      aria-disabled={whyNot === undefined ? undefined : true}
      aria-checked={checked}
      {...(checked === undefined ? {} : { role: 'menuitemcheckbox' })}
      onSelect={(event) => {
        if (whyNot === undefined) onSelect()
        else event.preventDefault()
      }}
    >
      <span className={styles.icon}>{checked === true ? <Check size={14} strokeWidth={1.75} /> : icon}</span>
      <span className={styles.text}>{children}</span>
      <span className={styles.hint} title={whyNot}>
        {whyNot ?? hint}
      </span>
      {keys === undefined ? undefined : <span className={styles.keys}>{keyText(keys)}</span>}
    </Item>
  )
}

export function MenuRule(): ReactNode {
  const { Separator } = useContext(PartsContext)
  return <Separator className={styles.rule} />
}

export function MenuLabel({ children }: { readonly children: ReactNode }): ReactNode {
  const { Label } = useContext(PartsContext)
  return <Label className={styles.label}>{children}</Label>
}

export function SubMenu({
  text,
  icon,
  children,
}: {
  readonly text: string
  readonly icon?: ReactNode
  readonly children: ReactNode
}): ReactNode {
  const { Sub, SubTrigger, SubContent, Portal } = useContext(PartsContext)
  return (
    <Sub>
      <SubTrigger className={styles.item}>
        <span className={styles.icon}>{icon}</span>
        <span className={styles.text}>{text}</span>
        <span className={styles.hint} />
        <ChevronRight size={14} strokeWidth={1.75} />
      </SubTrigger>
      <Portal>
        <SubContent className={styles.menu} sideOffset={4} collisionPadding={8} loop>
          {children}
        </SubContent>
      </Portal>
    </Sub>
  )
}
