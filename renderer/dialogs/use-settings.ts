import { useEffect, useState } from 'react'
import type { AppSettings, CommandFailure } from '../../core/feed/app-commands.ts'
import { useModel, useWindow } from '../state/window-context.tsx'

/** The settings of the application, read anew when the component appears. */
export function useSettings(): {
  readonly settings: AppSettings | undefined
  readonly failure: CommandFailure | undefined
} {
  const model = useModel()
  const settings = useWindow((state) => state.settings)
  const [failure, setFailure] = useState<CommandFailure>()
  useEffect(() => {
    let gone = false
    void model.invoke('getSettings', undefined, { quiet: true }).then((result) => {
      if (gone) return
      if (result.ok) model.store.setState({ settings: result.value })
      else setFailure(result)
    })
    return () => {
      gone = true
    }
  }, [model])
  return { settings, failure }
}
