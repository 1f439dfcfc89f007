/** What the window remembers between two openings: a few small values of this machine's storage, never required. */

const prefix = 'taskscope.'

/** Reads a remembered value; `undefined` when there is none or it cannot be read. */
export function remembered(name: string): unknown {
  try {
    const text = globalThis.localStorage?.getItem(prefix + name)
    return text == null ? undefined : JSON.parse(text)
  } catch (error) {
    console.warn(`the remembered value ${name} cannot be read`, error)
    return undefined
  }
}

/** Remembers a value. A full or missing storage costs only the memory of it. */
export function remember(name: string, value: unknown): void {
  try {
    globalThis.localStorage?.setItem(prefix + name, JSON.stringify(value))
  } catch (error) {
    console.warn(`the value ${name} cannot be remembered`, error)
  }
}
