/** Hands the window's model to every component below. */
import { createContext, type ReactNode, useContext } from 'react'
import { useStore } from 'zustand'
import { assert } from '../../core/model/assert.ts'
import type { WindowModel } from './window-model.ts'
import type { WindowState } from './window-state.ts'

const ModelContext = createContext<WindowModel | undefined>(undefined)

export function WindowProvider({
  model,
  children,
}: {
  readonly model: WindowModel
  readonly children: ReactNode
}): ReactNode {
  return <ModelContext value={model}>{children}</ModelContext>
}

/** The model: actions, the row index, the bridge. */
export function useModel(): WindowModel {
  const model = useContext(ModelContext)
  assert(model !== undefined, 'a component of the window stands outside its provider')
  return model
}

/** Reads one value of the window's state; renders again when that value is another one. */
export function useWindow<T>(select: (state: WindowState) => T): T {
  return useStore(useModel().store, select)
}
