/**
 * A dialog gives the focus back to what had it before the first one opened, also when one dialog led to another (the
 * palette to About). What is gone by then, such as a menu's item, is stood in for by the tree's own stop.
 */
import { useEffect } from 'react'
import { useModel } from '../state/window-context.tsx'
import type { WindowModel } from '../state/window-model.ts'

const before = new WeakMap<WindowModel, Element>()

/** Notes what has the focus whenever a first dialog opens. Used once, by who shows the dialogs. */
export function useFocusNotes(): void {
  const model = useModel()
  useEffect(
    () =>
      model.store.subscribe((state, last) => {
        const { activeElement } = document
        if (last.dialog !== undefined || state.dialog === undefined || activeElement === null) return
        // A dialog that makes room for the next one is not what the focus goes back to.
        if (activeElement.closest('[role="dialog"], [role="alertdialog"]') === null) before.set(model, activeElement)
      }),
    [model],
  )
}

/** What a dialog does when it has closed. */
export function useReturnFocus(): (event: Event) => void {
  const model = useModel()
  return (event) => {
    event.preventDefault()
    if (model.store.getState().dialog !== undefined) return
    const held = before.get(model)
    const stop =
      held instanceof HTMLElement && held.isConnected && held !== document.body
        ? held
        : document.querySelector<HTMLElement>('[role="treegrid"] [role="row"][tabindex="0"]')
    stop?.focus({ preventScroll: true })
  }
}
