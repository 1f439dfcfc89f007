/** What a headless command line asks for. Pure: nothing is opened or printed here. */
import { parseArgs } from 'node:util'
import type { Breakpoint } from '../model/breakpoint.ts'
import { parseBreakpoint } from '../model/breakpoint-text.ts'

export type Command =
  | { readonly verb: 'help' }
  | { readonly verb: 'list'; readonly module: string; readonly json: boolean }
  | {
      readonly verb: 'exec'
      readonly module: string
      /** Without one the module must have exactly one task. */
      readonly task?: string
      /** Parsed JSON; absent when none was given. */
      readonly input?: unknown
      readonly json: boolean
      /** Set before the task starts. */
      readonly breakpoints?: readonly Pick<Breakpoint, 'on' | 'scope'>[]
      /** Lines from the terminal are controls of the task. */
      readonly debug?: true
      /** Takes in OTLP of other programs at this port, or the next free one. */
      readonly receive?: { readonly port: number }
    }
  /** Not understood, with one sentence why. */
  | { readonly verb: 'refused'; readonly reason: string }

export const usage = `taskscope list FILE [--json]                   lists the tasks of a module and what they take
taskscope exec FILE [TASK] [--input JSON] [--json] [--break WORDS...] [--debug] [--receive[=PORT]]
                                               runs one task in a host, without a window
taskscope serve FILE [--http PORT]             serves the tasks of a module as MCP tools
taskscope lab [--era ERA] [--http PORT] [--misbehave NAME...]
                                               serves tools to try MCP tasks with, right or wrong
taskscope wrap [--record FILE] [--raw] -- COMMAND [ARGUMENT...]
                                               stands between an MCP client and the stdio server it launches
taskscope proxy --target URL [--port PORT] [--record FILE] [--raw]
                                               stands before an MCP server over HTTP
taskscope fix [TASK] [--wait SECONDS]          carries out what helps tasks that stand still behind wrap or proxy
taskscope analyze CAPTURE.jsonl [--json]       tells what a recording holds and what is wrong with it

Events go to stderr as they happen, the result to stdout. With --json every event is one JSON line on stdout.
With --debug lines on stdin are verbs of OTP's sys: get_state, replace_state, trace on, log 20 …; "help" tells all.
--break holds tasks: start, "checkpoint page 41", "progress >= 50", error, "state pages > 3"; it implies --debug.
Ctrl-C cancels the task and waits for what it does about it; a second one ends its host.
Spans are sent where OTEL_EXPORTER_OTLP_ENDPOINT says. With --receive programs of this machine may send theirs, to port
4318 or the given one; what belongs to the task is told among its events.

Exit codes: 0 completed, 1 failed, 2 could not be opened or started, 64 not understood, 124 timed out, 130 cancelled.
`

const options = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  input: { type: 'string' },
  break: { type: 'string', multiple: true },
  debug: { type: 'boolean' },
  receive: { type: 'string' },
} as const

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp-default-port */
const otlpPort = '4318'

/** @param argv the words after `taskscope`. */
export function readCommandLine(argv: readonly string[]): Command {
  const parsed = parse(argv)
  if (typeof parsed === 'string') return { verb: 'refused', reason: parsed }
  const { values, positionals } = parsed
  const [verb, module, task, surplus] = positionals
  if (values.help === true || verb === undefined || verb === 'help') return { verb: 'help' }
  if (verb !== 'list' && verb !== 'exec') return refused(`there is no verb "${verb}"`)
  if (module === undefined) return refused(`${verb} needs a task module: taskscope ${verb} ./my-tasks.ts`)
  const json = values.json === true
  if (verb === 'list') {
    if (task !== undefined) return refused(`list takes one module, "${task}" is too much`)
    if (values.break !== undefined || values.debug === true) return refused('list takes no --break and no --debug')
    if (values.receive !== undefined) return refused('list takes no --receive')
    return values.input === undefined ? { verb, module, json } : refused('list takes no --input')
  }
  if (surplus !== undefined) return refused(`exec takes one module and one task, "${surplus}" is too much`)
  const input = values.input === undefined ? undefined : readJson(values.input)
  if (input?.ok === false) return refused(`--input is not JSON: ${input.reason}`)
  const breakpoints: Pick<Breakpoint, 'on' | 'scope'>[] = []
  for (const words of values.break ?? []) {
    const read = parseBreakpoint(words)
    if (!read.ok) return refused(`--break ${words}: ${read.problem}`)
    breakpoints.push(read.value)
  }
  const port = values.receive === undefined ? undefined : Number(values.receive)
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
    return refused(`--receive takes a port, as in --receive=${otlpPort}`)
  }
  return {
    verb,
    module,
    json,
    ...(port !== undefined && { receive: { port } }),
    ...(breakpoints.length > 0 && { breakpoints }),
    ...((values.debug === true || breakpoints.length > 0) && { debug: true as const }),
    ...(task === undefined ? {} : { task }),
    ...(input === undefined ? {} : { input: input.value }),
  }
}

function parse(argv: readonly string[]): ReturnType<typeof parseWords> | string {
  try {
    return parseWords(argv)
  } catch (error) {
    // Node words what is wrong with an option in one sentence, and adds advice after a line break or a full stop.
    if (error instanceof TypeError) return error.message.split(/[.\n]/)[0] ?? error.message
    throw error
  }
}

function parseWords(argv: readonly string[]) {
  // Node knows no option whose value may be left out, and would take the module for it.
  const args = argv.map((word) => (word === '--receive' ? `--receive=${otlpPort}` : word))
  return parseArgs({ args, options, allowPositionals: true })
}

function readJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string } {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, reason: error.message }
    throw error
  }
}

function refused(reason: string): Command {
  return { verb: 'refused', reason }
}
