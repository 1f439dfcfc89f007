/** The headless program behind the `taskscope` command: every verb that needs no window. It never starts Electron. */

/** What a verb does: takes what follows it on the command line, resolves to the exit code of the process. */
export type Verb = (args: readonly string[]) => Promise<number>

const verbs: ReadonlyMap<string, Verb> = new Map()

/** Exit code for a command line that asks for nothing we know, as shells and BSD's sysexits use it. */
const usageError = 64

/**
 * @param argv the words after `taskscope`.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...args] = argv
  const verb = verbs.get(name)
  if (verb !== undefined) return verb(args)
  process.stderr.write(`taskscope: there is no verb "${name}"; "taskscope --help" lists what there is.\n`)
  return usageError
}
