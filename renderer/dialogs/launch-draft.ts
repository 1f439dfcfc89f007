/** What a person types to connect a server, and the launch that it means. */
import { type ClientAbilities, type EraChoice, isAddress, type ServerTarget } from '../../core/model/server-target.ts'
import { joinCommandLine, splitCommandLine } from './command-line.ts'
import type { NameValue } from './name-values.tsx'

export interface LaunchDraft {
  readonly name: string
  /** Launched with a command, or reached over HTTP. */
  readonly transport: 'stdio' | 'http'
  /** A program, or a whole command line. */
  readonly command: string
  /** As in a shell, or one a line. */
  readonly args: string
  readonly env: readonly NameValue[]
  readonly cwd: string
  readonly url: string
  readonly headers: readonly NameValue[]
  readonly clientId: string
  readonly era: EraChoice
  readonly sampling: boolean
  readonly roots: boolean
}

export type LaunchReading =
  | { readonly ok: true; readonly launch: ServerTarget }
  | { readonly ok: false; readonly problems: Partial<Record<keyof LaunchDraft, string>> }

export const emptyLaunch: LaunchDraft = {
  name: '',
  transport: 'stdio',
  command: '',
  args: '',
  env: [],
  cwd: '',
  url: '',
  headers: [],
  clientId: '',
  era: 'legacy',
  sampling: false,
  roots: false,
}

export function draftOfLaunch(target: ServerTarget): LaunchDraft {
  const { name, era = 'legacy', abilities = {} } = target
  const { sampling = false, roots = false } = abilities
  const spoken = { ...emptyLaunch, name, era, sampling, roots }
  if (isAddress(target)) {
    const { url, headers, clientId = '' } = target
    return { ...spoken, transport: 'http', url, headers: rowsOf(headers), clientId }
  }
  return {
    ...spoken,
    command: joinCommandLine([target.command]),
    args: joinCommandLine(target.args),
    env: rowsOf(target.env),
    cwd: target.cwd ?? '',
  }
}

function rowsOf(record: Readonly<Record<string, string>>): readonly NameValue[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }))
}

export function readLaunch(draft: LaunchDraft): LaunchReading {
  return draft.transport === 'http' ? readAddress(draft) : readCommand(draft)
}

/** What both kinds of servers are told; what is as usual is left out. */
function spokenOf({ era, sampling, roots }: LaunchDraft): { era?: EraChoice; abilities?: ClientAbilities } {
  return {
    ...(era === 'legacy' ? {} : { era }),
    ...(sampling || roots ? { abilities: { ...(sampling && { sampling }), ...(roots && { roots }) } } : {}),
  }
}

function readAddress(draft: LaunchDraft): LaunchReading {
  const problems: Partial<Record<keyof LaunchDraft, string>> = {}
  const url = draft.url.trim()
  const problem = addressProblem(url)
  if (problem !== undefined) problems.url = problem
  const headers: Record<string, string> = {}
  for (const { name, value } of draft.headers) {
    if (name === '' && value === '') continue
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      problems.headers = `${name === '' ? 'an empty text' : name} is no name of a header`
    } else if (value === '') problems.headers = `${name} needs its value again, it is not kept`
    else if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      problems.headers = `the value of ${name} cannot be sent in a header`
    else headers[name] = value
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems }
  const name = draft.name.trim() === '' ? suggestedHost(url) : draft.name.trim()
  const clientId = draft.clientId.trim()
  return { ok: true, launch: { name, url, headers, ...(clientId !== '' && { clientId }), ...spokenOf(draft) } }
}

function addressProblem(url: string): string | undefined {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return 'an address that starts with http:// or https://'
  }
  const { username, password } = new URL(url)
  return username === '' && password === '' ? undefined : 'put credentials into a header, not into the address'
}

/** What names an address: its host, with the port where there is one. */
export function suggestedHost(url: string): string {
  return URL.canParse(url) ? new URL(url).host : ''
}

function readCommand(draft: LaunchDraft): LaunchReading {
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
      ...spokenOf(draft),
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
