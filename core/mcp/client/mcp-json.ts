/**
 * Reads the servers of an `.mcp.json` (`mcpServers`, as most clients write it) or of VS Code's `mcp.json` (`servers`).
 * Pure: the text comes in, the launches come out; a mistake is one sentence with the name of the server it is in.
 */
import { isRecord, type JsonRecord, listAt, recordAt, stringAt } from '../wire/json-record.ts'
import type { ServerLaunch } from './server-launch.ts'

export interface McpJson {
  readonly servers: readonly ServerLaunch[]
  /** Servers that cannot be started from here, with why; one sentence each. */
  readonly skipped: readonly string[]
}

export type McpJsonResult =
  | { readonly ok: true; readonly value: McpJson }
  | { readonly ok: false; readonly error: string; readonly detail?: string }

/** @param environment what `${NAME}` and `${env:NAME}` in a value are replaced with */
export function parseMcpJson(
  text: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): McpJsonResult {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { ok: false, error: 'The file is not JSON.', detail }
  }
  if (!isRecord(value)) return { ok: false, error: 'The file holds no JSON object.' }
  const entries =
    recordAt(value, 'mcpServers') ?? recordAt(value, 'servers') ?? recordAt(recordAt(value, 'mcp'), 'servers')
  if (entries === undefined) return { ok: false, error: 'The file has neither "mcpServers" nor "servers".' }
  const servers: ServerLaunch[] = []
  const skipped: string[] = []
  for (const [name, entry] of Object.entries(entries)) {
    const launch = isRecord(entry) ? readEntry(name, entry, environment) : `The server ${name} is no JSON object.`
    if (typeof launch === 'string') skipped.push(launch)
    else servers.push(launch)
  }
  return { ok: true, value: { servers, skipped } }
}

function readEntry(
  name: string,
  entry: JsonRecord,
  environment: Readonly<Record<string, string | undefined>>,
): ServerLaunch | string {
  const command = stringAt(entry, 'command')
  const url = stringAt(entry, 'url')
  if (command === undefined || command === '') {
    return url === undefined
      ? `The server ${name} has no command.`
      : `The server ${name} is reached over HTTP, which is not supported yet.`
  }
  const args = listAt(entry, 'args')
  const env = recordAt(entry, 'env') ?? {}
  if (!args.every((arg) => typeof arg === 'string')) return `The server ${name} has an argument that is not text.`
  const wrong = Object.entries(env).find(([, value]) => typeof value !== 'string' && typeof value !== 'number')
  if (wrong !== undefined) return `The server ${name} has a variable ${wrong[0]} that is not text.`
  const missing = new Set<string>()
  const fill = (text: string) => fillIn(text, environment, missing)
  const cwd = stringAt(entry, 'cwd')
  const launch = {
    name,
    command: fill(command),
    args: args.map(fill),
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(String(value))])),
    ...(cwd === undefined ? {} : { cwd: fill(cwd) }),
  }
  if (missing.size === 0) return launch
  return `The server ${name} needs ${[...missing].join(', ')}, which is not set.`
}

/** `${NAME}`, `${env:NAME}` and `${NAME:-default}`, as clients write them. */
function fillIn(text: string, environment: Readonly<Record<string, string | undefined>>, missing: Set<string>): string {
  return text.replace(/\$\{(?:env:)?(\w+)(?::-([^}]*))?\}/g, (whole, name: string, fallback: string | undefined) => {
    const value = environment[name] ?? fallback
    if (value === undefined) missing.add(name)
    return value ?? whole
  })
}
