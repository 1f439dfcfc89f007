import type { Dispose } from '../model/dispose.ts'

/** Those who want to be told. Adding or leaving while being told takes effect with the next telling. */
export interface Listeners<Args extends readonly unknown[]> {
  readonly add: (listener: (...args: Args) => void) => Dispose
  readonly tell: (...args: Args) => void
}

export function createListeners<Args extends readonly unknown[]>(): Listeners<Args> {
  let listeners: readonly ((...args: Args) => void)[] = []
  return {
    add(listener) {
      // A wrapper of its own, so that one function may listen twice and leave once.
      const own = (...args: Args) => listener(...args)
      listeners = [...listeners, own]
      return () => {
        listeners = listeners.filter((other) => other !== own)
      }
    },
    tell(...args) {
      for (const listener of listeners) listener(...args)
    },
  }
}
