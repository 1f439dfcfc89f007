/**
 * Reads the servers of an `.mcp.json` (`mcpServers`, as most clients write it) or of VS Code's `mcp.json` (`servers`).
 * Pure: the text comes in, the launches come out; a mistake is one sentence with the name of the server it is in.
 */

import type { ServerAddress, ServerLaunch, ServerTarget } from '../../model/server-target.ts'
import { isRecord, type JsonRecord, listAt, recordAt, stringAt } from '../wire/json-record.ts'

export interface McpJson {
  readonly servers: readonly ServerTarget[]
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
  const servers: ServerTarget[] = []
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
): ServerTarget | string {
  const command = stringAt(entry, 'command')
  const missing = new Set<string>()
  const fill = (text: string) => fillIn(text, environment, missing)
  const url = stringAt(entry, 'url')
  const target =
    command === undefined || command === ''
      ? url === undefined
        ? `The server ${name} has no command.`
        : readAddress(name, url, entry, fill)
      : readLaunch(name, command, entry, fill)
  if (missing.size > 0) return `The server ${name} needs ${[...missing].join(', ')}, which is not set.`
  return target
}

function readLaunch(
  name: string,
  command: string,
  entry: JsonRecord,
  fill: (text: string) => string,
): ServerLaunch | string {
  const args = listAt(entry, 'args')
  if (!args.every((arg) => typeof arg === 'string')) return `The server ${name} has an argument that is not text.`
  const env = readTexts(recordAt(entry, 'env') ?? {}, fill)
  if (typeof env === 'string') return `The server ${name} has a variable ${env} that is not text.`
  const cwd = stringAt(entry, 'cwd')
  return {
    name,
    command: fill(command),
    args: args.map(fill),
    env,
    ...(cwd === undefined ? {} : { cwd: fill(cwd) }),
  }
}

function readAddress(
  name: string,
  url: string,
  entry: JsonRecord,
  fill: (text: string) => string,
): ServerAddress | string {
  if (stringAt(entry, 'type') === 'sse') {
    return `The server ${name} is reached over HTTP with SSE of 2024, which is not spoken here.`
  }
  const headers = readTexts(recordAt(entry, 'headers') ?? {}, fill)
  if (typeof headers === 'string') return `The server ${name} has a header ${headers} that is not text.`
  const filled = fill(url)
  if (!/^https?:\/\//i.test(filled)) return `The server ${name} has an address that is neither http nor https.`
  const clientId = stringAt(recordAt(entry, 'oauth') ?? {}, 'clientId')
  return { name, url: filled, headers, ...(clientId === undefined ? {} : { clientId: fill(clientId) }) }
}

/** @returns the name of the first entry that is not text, when there is one */
function readTexts(record: JsonRecord, fill: (text: string) => string): Record<string, string> | string {
  const wrong = Object.entries(record).find(([, value]) => typeof value !== 'string' && typeof value !== 'number')
  if (wrong !== undefined) return wrong[0]
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fill(String(value))]))
}

/** `${NAME}`, `${env:NAME}` and `${NAME:-default}`, as clients write them. */
function fillIn(text: string, environment: Readonly<Record<string, string | undefined>>, missing: Set<string>): string {
  return text.replace(/\$\{(?:env:)?(\w+)(?::-([^}]*))?\}/g, (whole, name: string, fallback: string | undefined) => {
    const value = environment[name] ?? fallback
    if (value === undefined) missing.add(name)
    return value ?? whole
  })
}
