// @ts-check
// The arguments of `npm start`. They are the app's own; only what the launcher must know is read here. Pure.

export const usage = `npm start                              opens the window with the demo
npm start -- ./my-tasks.ts             opens the window with your task module
npm start -- --screenshot FILE         writes a picture of the window to FILE and exits
npm start -- [FLAGS] [FILE]            any other flag goes to the app and to Electron`

/**
 * @param {readonly string[]} args
 * @returns {{ readonly kind: 'help' } | { readonly kind: 'refused', readonly reason: string } |
 *   { readonly kind: 'app', readonly args: readonly string[] }}
 */
export function readStartArguments(args) {
  if (args.includes('--help') || args.includes('-h')) return { kind: 'help' }
  const index = args.findIndex((arg) => arg === '--screenshot' || arg.startsWith('--screenshot='))
  if (index >= 0) {
    const file = args[index]?.includes('=') ? args[index]?.slice('--screenshot='.length) : args[index + 1]
    if (!file || file.startsWith('-')) {
      return { kind: 'refused', reason: '--screenshot needs the file to write: npm start -- --screenshot shot.png' }
    }
  }
  return { kind: 'app', args }
}
