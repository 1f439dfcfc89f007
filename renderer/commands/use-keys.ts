import { useEffect } from 'react'
import { useModel } from '../state/window-context.tsx'
import { contextOf } from './command.ts'
import { commands } from './command-list.ts'
import { commandFor, isTakenBy, placeOf } from './key-map.ts'

const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.userAgent)

/** Lets keys run commands. A key whose command cannot be used says why instead of doing nothing. */
export function useCommandKeys(): void {
  const model = useModel()
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing) return
      const context = contextOf(model)
      if (context.state.dialog !== undefined || isTakenBy(placeOf(event.target), event)) return
      const found = commandFor(commands, event, context, isMac)
      if (found === undefined) return
      // Copying marked text is not copying an id.
      if (found.id === 'task.copyId' && String(getSelection()) !== '') return
      event.preventDefault()
      const whyNot = found.whyNot(context)
      if (whyNot === undefined) found.run(context)
      else model.say({ tone: 'info', text: `${found.title.replace(/…$/, '')} is not possible: ${whyNot}` })
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [model])
}
