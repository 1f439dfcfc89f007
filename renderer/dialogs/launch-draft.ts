/** What a person types to connect a server, and the launch that it means. */
import type { ServerLaunch } from '../../core/feed/app-commands.ts'
import { joinCommandLine, splitCommandLine } from './command-line.ts'
import type { NameValue } from './name-values.tsx'

export interface LaunchDraft {
  readonly name: string
  /** A program, or a whole command line. */
  readonly command: string
  /** As in a shell, or one a line. */
  readonly args: string
  readonly env: readonly NameValue[]
  readonly cwd: string
}

export type LaunchReading =
  | { readonly ok: true; readonly launch: ServerLaunch }
  | { readonly ok: false; readonly problems: Partial<Record<keyof LaunchDraft, string>> }

export const emptyLaunch: LaunchDraft = { name: '', command: '', args: '', env: [], cwd: '' }

export function draftOfLaunch(launch: ServerLaunch): LaunchDraft {
  return {
    name: launch.name,
    command: joinCommandLine([launch.command]),
    args: joinCommandLine(launch.args),
    env: Object.entries(launch.env).map(([name, value]) => ({ name, value })),
    cwd: launch.cwd ?? '',
  }
}

export function readLaunch(draft: LaunchDraft): LaunchReading {
  const problems: Partial<Record<keyof LaunchDraft, string>> = {}
  const command = splitCommandLine(draft.command)
  const args = splitCommandLine(draft.args)
  if (!command.ok) problems.command = command.problem
  if (!args.ok) problems.args = args.problem
  const [program, ...own] = command.ok ? command.args : []
  if (command.ok && (program === undefined || program === '')) problems.command = 'say what to run, e.g. npx'
  const env: Record<string, string> = {}
  for (const { name, value } of draft.env) {
    if (name === '' && value === '') continue
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      problems.env = `${name === '' ? 'an empty text' : name} is no name of a variable`
    else env[name] = value
  }
  if (!command.ok || !args.ok || program === undefined || Object.keys(problems).length > 0)
    return { ok: false, problems }
  const all = [...own, ...args.args]
  return {
    ok: true,
    launch: {
      name: draft.name.trim() === '' ? suggestedName(program, all) : draft.name.trim(),
      command: program,
      args: all,
      env,
      ...(draft.cwd.trim() === '' ? {} : { cwd: draft.cwd.trim() }),
    },
  }
}

/** The last word that names something: "everything" of `npx -y @modelcontextprotocol/server-everything`. */
export function suggestedName(command: string, args: readonly string[]): string {
  const word = [command, ...args].findLast((arg) => arg !== '' && !arg.startsWith('-')) ?? command
  const parts = word.split(/[\\/]/).filter((part) => part !== '')
  const last =
    parts.findLast((part) => !/^(?:index|main|cli|dist|build|out|lib|src|bin)(?:\.[cm]?[jt]s)?$/.test(part)) ?? word
  const name = last
    .replace(/(?<=.)@[\w.^~-]+$/, '')
    .replace(/\.[cm]?[jt]s$/, '')
    .replace(/^(?:mcp-server-|server-|mcp-)(?=.)/, '')
  return name === '' ? word : name
}
