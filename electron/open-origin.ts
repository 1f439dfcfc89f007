/** From where a person asked to open a module: it decides whether they are asked again. */
export type OpenOrigin = 'command-line' | 'dialog' | 'recent' | 'drop'

/** Whether a person must be asked before this path is opened. */
export function mustAsk(origin: OpenOrigin, path: string, trusted: readonly string[]): boolean {
  if (origin === 'command-line') return false
  if (origin === 'drop') return true
  return !trusted.includes(path)
}
