/** Programs of these tests that are built from their Go modules. */
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const built = fileURLToPath(new URL('../../.cache/interop', import.meta.url))
const run = promisify(execFile)

export interface GoProgram {
  /** The folder of its sources, beside this file. */
  readonly folder: string
  /** What it is called, in words and as a file. */
  readonly title: string
  readonly binary: string
  readonly timeoutMs: number
}

/** Where the program is once it has been built, absolute. */
export function builtPath(binary: string): string {
  return join(built, binary)
}

/** Builds the program, or what of it has changed. Returns why there is none. */
export async function buildGo({ folder, title, binary, timeoutMs }: GoProgram): Promise<string | undefined> {
  mkdirSync(built, { recursive: true })
  try {
    await run('go', ['version'])
  } catch {
    return 'there is no Go on this machine'
  }
  const cwd = fileURLToPath(new URL(`./${folder}`, import.meta.url))
  try {
    await run('go', ['build', '-trimpath', '-o', builtPath(binary), '.'], { cwd, timeout: timeoutMs })
    return undefined
  } catch (error) {
    return `${title} cannot be built: ${error instanceof Error ? error.message.slice(0, 2000) : String(error)}`
  }
}
