/**
 * The one button. When it cannot be used it keeps its place and its focus, does nothing, and says why: on hover,
 * on focus and to a screen reader. Its accessible name is `name`, else its text.
 */
import { type MouseEvent, type ReactNode, type Ref, useId } from 'react'
import styles from './button.module.css'
import { Keys } from './keys.tsx'
import { Tooltip } from './tooltip.tsx'

export interface ButtonProps {
  readonly children?: ReactNode
  readonly icon?: ReactNode
  /** The accessible name where the text is not enough: of an icon alone, or of "Kill…". */
  readonly name?: string | undefined
  /** `ghost` in bars, `outline` for a second choice, `accent` for the one right next step, the rest for danger. */
  readonly look?: 'ghost' | 'outline' | 'accent' | 'danger' | 'danger-text'
  /** 28 px in bars and dialogs, 24 px in panes. */
  readonly size?: 'bar' | 'pane'
  /** Why it cannot be used now; one short sentence without a full stop. */
  readonly whyNot?: string | undefined
  /** For a button that stays in: sets `aria-pressed`. */
  readonly pressed?: boolean | undefined
  /** Its keys, as the tooltip shows them: "F8", "mod+K". */
  readonly keys?: string | undefined
  /** What the tooltip adds. Never the only copy of a fact. */
  readonly hint?: ReactNode
  readonly type?: 'button' | 'submit'
  readonly className?: string | undefined
  readonly autoFocus?: boolean
  readonly ref?: Ref<HTMLButtonElement> | undefined
  readonly onClick?: ((event: MouseEvent<HTMLButtonElement>) => void) | undefined
}

export function Button(props: ButtonProps): ReactNode {
  const { children, icon, name, look = 'ghost', size = 'bar', whyNot, pressed, keys, hint } = props
  const { type = 'button', className, autoFocus, ref, onClick, ...others } = props
  const reasonId = useId()
  const iconOnly = children === undefined
  const passed = pickPassed(others)
  const button = (
    <button
      {...passed}
      ref={ref}
      type={type}
      // biome-ignore lint/a11y/noAutofocus: a dialog puts the focus on its safe button
      autoFocus={autoFocus}
      className={[styles.button, styles[look], styles[size], iconOnly ? styles.iconOnly : '', className ?? ''].join(
        ' ',
      )}
      aria-label={name}
      aria-disabled={whyNot === undefined ? undefined : true}
      aria-describedby={whyNot === undefined ? undefined : reasonId}
      aria-pressed={pressed}
      onClick={(event) => {
        if (whyNot !== undefined) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {icon}
      {children === undefined ? undefined : (
        <span className={styles.text} data-words="">
          {children}
        </span>
      )}
    </button>
  )
  const tip = tipOf({ iconOnly, name, whyNot, keys, hint })
  return (
    <>
      {tip === undefined && icon === undefined ? button : <Tooltip tip={tip}>{button}</Tooltip>}
      {whyNot === undefined ? undefined : (
        <span id={reasonId} hidden>
          {whyNot}
        </span>
      )}
    </>
  )
}

/** What a surrounding trigger (of a menu, a tooltip) hands down: data attributes, aria and listeners. */
function pickPassed(props: object): object {
  return Object.fromEntries(
    Object.entries(props).filter(
      ([key]) => key.startsWith('data-') || key.startsWith('aria-') || key.startsWith('on') || key === 'id',
    ),
  )
}

function tipOf({
  iconOnly,
  name,
  whyNot,
  keys,
  hint,
}: Pick<ButtonProps, 'name' | 'whyNot' | 'keys' | 'hint'> & { readonly iconOnly: boolean }): ReactNode {
  if (!iconOnly && whyNot === undefined && keys === undefined && hint === undefined) return undefined
  return (
    <>
      {iconOnly ? <span>{name}</span> : undefined}
      {whyNot === undefined ? hint : <span>{capital(whyNot)}</span>}
      {keys === undefined ? undefined : <Keys keys={keys} />}
    </>
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
