/** One line that a person types while a task runs, as a control of it. Pure; the words are OTP's where OTP has them. */
import { parseBreakpoint } from '../model/breakpoint-text.ts'
import type { ControlVerb } from '../model/control.ts'
import type { DebugHook } from '../model/task-debug.ts'

export type SysLine =
  /** For the task. */
  | { readonly to: 'task'; readonly command: ControlVerb; readonly reason?: string }
  /** For its host. */
  | { readonly to: 'host'; readonly command: ControlVerb }
  | { readonly to: 'help' }
  | { readonly to: 'nobody'; readonly problem: string }

export const sysHelp = `get_state, replace_state JSON (a merge patch), set_state JSON, undo
get_status, statistics, log [N], log_to_file PATH|off, trace on|off
install assertion PATH OP VALUE | fault [LABEL:] MESSAGE | breakpoint WORDS | function EXPORT
remove ID, no_debug, terminate [REASON]
suspend [subtree], resume [all|subtree], step, cancel [REASON], break WORDS, unbreak ID`

const plain: Readonly<Record<string, ControlVerb>> = {
  get_state: { verb: 'getState' },
  get_status: { verb: 'getStatus' },
  statistics: { verb: 'getStatistics' },
  undo: { verb: 'replaceState', change: { undo: true } },
  no_debug: { verb: 'noDebug' },
  step: { verb: 'step' },
}

/** @param newId names a breakpoint or debug function for as long as it is there */
export function readSysLine(line: string, newId: () => string): SysLine {
  const text = line.trim()
  const space = text.indexOf(' ')
  const word = space < 0 ? text : text.slice(0, space)
  const rest = space < 0 ? '' : text.slice(space + 1).trim()
  const known = plain[word]
  if (known !== undefined) return rest === '' ? task(known) : nobody(`${word} takes nothing more`)
  switch (word) {
    case 'help':
    case '?':
      return { to: 'help' }
    case 'replace_state':
    case 'set_state': {
      const json = readJson(rest)
      if (json === undefined) return nobody(`${word} takes JSON`)
      const change = word === 'set_state' ? { set: json.value } : { patch: json.value }
      return task({ verb: 'replaceState', change })
    }
    case 'log':
      return readLog(rest)
    case 'log_to_file':
      if (rest === '') return nobody('log_to_file takes a whole path, or off')
      return task({ verb: 'logToFile', file: rest === 'off' ? false : rest })
    case 'trace':
      return rest === 'on' || rest === 'off'
        ? task({ verb: 'trace', on: rest === 'on' })
        : nobody('trace takes on or off')
    case 'install': {
      const hook = readHook(rest, newId())
      return typeof hook === 'string' ? nobody(hook) : task({ verb: 'install', hook })
    }
    case 'remove':
      return rest === '' ? nobody('remove takes the id of a debug function') : task({ verb: 'remove', hook: rest })
    case 'suspend':
      if (rest === 'subtree') return task({ verb: 'suspend', subtree: true })
      return rest === '' ? task({ verb: 'suspend' }) : nobody('suspend takes nothing, or subtree')
    case 'resume':
      return readResume(rest)
    case 'cancel':
    case 'terminate':
      return { to: 'task', command: { verb: word }, ...(rest !== '' && { reason: rest }) }
    case 'break': {
      const read = parseBreakpoint(rest)
      if (!read.ok) return nobody(read.problem)
      return { to: 'host', command: { verb: 'setBreakpoint', breakpoint: { id: newId(), ...read.value } } }
    }
    case 'unbreak':
      if (rest === '') return nobody('unbreak takes the id of a breakpoint')
      return { to: 'host', command: { verb: 'removeBreakpoint', breakpoint: rest } }
    default:
      return nobody(`there is no "${word}"; "help" tells what there is`)
  }
}

function readLog(rest: string): SysLine {
  if (rest === '') return task({ verb: 'log' })
  return /^\d+$/.test(rest) ? task({ verb: 'log', size: Number(rest) }) : nobody('log takes a number of events')
}

function readResume(rest: string): SysLine {
  switch (rest) {
    case '':
      return task({ verb: 'resume' })
    case 'all':
      return task({ verb: 'resume', all: true })
    case 'subtree':
      return task({ verb: 'resume', all: true, subtree: true })
    default:
      return nobody('resume takes nothing, all or subtree')
  }
}

/** A debug function from `fault page 3: disk full` and the like; else what is wrong with it. */
function readHook(text: string, id: string): DebugHook | string {
  const space = text.indexOf(' ')
  const kind = space < 0 ? text : text.slice(0, space)
  const rest = space < 0 ? '' : text.slice(space + 1).trim()
  switch (kind) {
    case 'assertion': {
      const read = parseBreakpoint(`state ${rest}`)
      if (!read.ok) return read.problem
      return read.value.on.kind === 'state'
        ? { id, kind, holds: read.value.on.when }
        : 'an assertion is about the state'
    }
    case 'breakpoint': {
      const read = parseBreakpoint(rest)
      return read.ok ? { id, kind, on: read.value.on } : read.problem
    }
    case 'fault': {
      const colon = rest.indexOf(':')
      const message = rest.slice(colon + 1).trim()
      if (message === '') return 'a fault needs a message'
      const at = colon < 0 ? '' : rest.slice(0, colon).trim()
      return { id, kind, message, ...(at !== '' && { at }) }
    }
    case 'function':
      return rest === '' ? 'name an export of the module' : { id, kind, export: rest }
    default:
      return 'install takes assertion, fault, breakpoint or function'
  }
}

function readJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function task(command: ControlVerb): SysLine {
  return { to: 'task', command }
}

function nobody(problem: string): SysLine {
  return { to: 'nobody', problem }
}
