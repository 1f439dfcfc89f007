import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../../core/cli/command-line.ts'
import { readSysLine } from '../../../core/cli/sys-line.ts'

const read = (line: string) => readSysLine(line, () => 'id')

describe('a line for a running task', () => {
  it.each([
    ['get_state', { verb: 'getState' }],
    ['replace_state {"pages": 3}', { verb: 'replaceState', change: { patch: { pages: 3 } } }],
    ['set_state null', { verb: 'replaceState', change: { set: null } }],
    ['undo', { verb: 'replaceState', change: { undo: true } }],
    ['log 20', { verb: 'log', size: 20 }],
    ['log_to_file /tmp/a b', { verb: 'logToFile', file: '/tmp/a b' }],
    ['log_to_file off', { verb: 'logToFile', file: false }],
    ['trace on', { verb: 'trace', on: true }],
    [
      'install fault page 3: disk full',
      { verb: 'install', hook: { id: 'id', kind: 'fault', at: 'page 3', message: 'disk full' } },
    ],
    [
      'install assertion pages < 3',
      { verb: 'install', hook: { id: 'id', kind: 'assertion', holds: { path: 'pages', is: '<', than: 3 } } },
    ],
    ['remove id', { verb: 'remove', hook: 'id' }],
    ['suspend subtree', { verb: 'suspend', subtree: true }],
    ['resume all', { verb: 'resume', all: true }],
  ])('%s', (line, command) => {
    expect(read(line)).toEqual({ to: 'task', command })
  })

  it('may give a reason, and may speak to the host', () => {
    expect(read('terminate bad data')).toEqual({ to: 'task', command: { verb: 'terminate' }, reason: 'bad data' })
    expect(read('break error in crawl')).toEqual({
      to: 'host',
      command: { verb: 'setBreakpoint', breakpoint: { id: 'id', on: { kind: 'error' }, scope: { name: 'crawl' } } },
    })
  })

  it.each([
    ['sing', 'there is no "sing"; "help" tells what there is'],
    ['get_state now', 'get_state takes nothing more'],
    ['replace_state {', 'replace_state takes JSON'],
    ['install bomb', 'install takes assertion, fault, breakpoint or function'],
    ['break when it rains', 'a breakpoint begins with start, checkpoint, progress, error, enters or state, not "when"'],
  ])('%s is told what is wrong', (line, problem) => {
    expect(read(line)).toEqual({ to: 'nobody', problem })
  })
})

describe('breakpoints on the command line', () => {
  it('are read in words, as many as are given, and imply debugging', () => {
    expect(readCommandLine(['exec', 'm.ts', 't', '--break', 'start', '--break', 'progress >= 5'])).toMatchObject({
      debug: true,
      breakpoints: [{ on: { kind: 'start' } }, { on: { kind: 'progress', atLeast: 5 } }],
    })
  })

  it('that make no sense are refused, as they are with list', () => {
    expect(readCommandLine(['exec', 'm.ts', 't', '--break', 'soon'])).toMatchObject({
      verb: 'refused',
      reason: expect.stringContaining('--break soon: a breakpoint begins with'),
    })
    expect(readCommandLine(['list', 'm.ts', '--break', 'start'])).toMatchObject({ verb: 'refused' })
  })
})
