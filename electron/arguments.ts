/** The command line as the application reads it. Pure, so that a second start can be read the same way. */
import { resolve } from 'node:path'

export interface StartArguments {
  /** Absolute path of a task module or of a capture to open. */
  readonly modulePath?: string
  /** Absolute path of a PNG to write; the application exits afterwards. */
  readonly screenshot?: string
  readonly theme?: 'light' | 'dark'
  /** Open nothing by itself. */
  readonly empty?: boolean
  /** Receive OTLP for this run, at this port or at the standard one. */
  readonly receive?: { readonly port?: number }
}

/**
 * Reads what follows the executable. Switches that are not ours belong to Chromium and are left alone.
 * @param argv `process.argv` without the executable, and without the application's own path.
 * @param cwd what relative paths are relative to.
 */
export function readArguments(argv: readonly string[], cwd: string): StartArguments {
  const found: {
    modulePath?: string
    screenshot?: string
    theme?: 'light' | 'dark'
    empty?: boolean
    receive?: { port?: number }
  } = {}
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? ''
    const [name, inline] = splitSwitch(word)
    const value = () => {
      if (inline !== undefined) return inline
      index += 1
      return argv[index]
    }
    if (name === '--screenshot') {
      const file = value()
      if (file) found.screenshot = resolve(cwd, file)
    } else if (name === '--theme') {
      const theme = value()
      if (theme === 'light' || theme === 'dark') found.theme = theme
    } else if (name === '--empty') {
      found.empty = true
    } else if (name === '--receive') {
      // A port stands behind `=` only: the next word may be a module.
      const port = Number(inline)
      found.receive = Number.isInteger(port) && port > 0 && port < 65_536 ? { port } : {}
    } else if (!word.startsWith('-') && word !== '' && found.modulePath === undefined) {
      found.modulePath = resolve(cwd, word)
    }
  }
  return found
}

function splitSwitch(word: string): readonly [string, string | undefined] {
  const equals = word.indexOf('=')
  return word.startsWith('--') && equals > 0 ? [word.slice(0, equals), word.slice(equals + 1)] : [word, undefined]
}

/** Cuts the executable, and in development the application's folder, off a command line. */
export function ownArguments(argv: readonly string[], packaged: boolean): readonly string[] {
  const rest = argv.slice(1)
  if (packaged) return rest
  const appPath = rest.findIndex((word) => !word.startsWith('-'))
  return appPath < 0 ? rest : rest.slice(appPath + 1)
}
