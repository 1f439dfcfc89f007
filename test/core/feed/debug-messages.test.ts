/** What a viewer may hang on tasks and hosts is data, of known shapes, and comes from a person or a program alone. */
import { describe, expect, it } from 'vitest'
import { parseUpMessage } from '../../../core/feed/up-message.ts'
import { keyOf, request } from '../registry/scene.ts'

const control = (command: unknown, by: unknown = { kind: 'person' }) => ({
  type: 'control',
  request: { ...request('c1', keyOf('a'), { verb: 'step' }), command, by },
})
const set = (on: unknown, scope?: unknown) => ({
  verb: 'setBreakpoint',
  breakpoint: { id: 'b', on, ...(scope !== undefined && { scope }) },
})

describe('debugging verbs of a viewer', () => {
  it.each([
    [{ verb: 'suspend', subtree: true }],
    [{ verb: 'resume', all: true, subtree: true }],
    [{ verb: 'replaceState', change: { patch: { pages: 3 } } }],
    [{ verb: 'replaceState', change: { set: null } }],
    [{ verb: 'replaceState', change: { undo: true } }],
    [{ verb: 'getStatus' }],
    [{ verb: 'getStatistics' }],
    [{ verb: 'log', size: 20 }],
    [{ verb: 'log' }],
    [{ verb: 'logToFile', file: '/tmp/a.ndjson' }],
    [{ verb: 'logToFile', file: false }],
    [{ verb: 'trace', on: true }],
    [{ verb: 'install', hook: { id: 'h', kind: 'fault', message: 'no', at: 'page*', times: 2 } }],
    [
      {
        verb: 'install',
        hook: { id: 'h', kind: 'assertion', holds: { path: 'a.b', is: '<', than: 3 }, otherwise: 'fail' },
      },
    ],
    [{ verb: 'remove', hook: 'h' }],
    [{ verb: 'noDebug' }],
    [{ verb: 'terminate' }],
    [{ verb: 'crash' }],
    [set({ kind: 'start' })],
    [set({ kind: 'state', when: { export: 'isStuck' } }, { name: 'crawl', label: 'a*', under: 't1' })],
    [{ verb: 'removeBreakpoint', breakpoint: 'b' }],
  ])('%j is taken as it is', (command) => {
    expect(parseUpMessage(control(command))).toMatchObject({ ok: true, message: { request: { command } } })
  })

  it.each([
    ['code where the name of an export belongs', set({ kind: 'state', when: { export: 'process.exit()' } })],
    ['a comparison that nobody knows', set({ kind: 'state', when: { path: 'a', is: '=~', than: 'x' } })],
    ['a state that cannot be broken on', set({ kind: 'transition', to: 'failed' })],
    ['a change that is set and undone at once', { verb: 'replaceState', change: { set: 1, undo: true } }],
    ['a state with a date in it', { verb: 'replaceState', change: { set: { at: new Date() } } }],
    ['a log without an end', { verb: 'log', size: 1e9 }],
    ['a file without a name', { verb: 'logToFile', file: '' }],
    ['a debug function as code', { verb: 'install', hook: { id: 'h', kind: 'function', code: '() => 1' } }],
  ])('%s is refused', (_name, command) => {
    expect(parseUpMessage(control(command)).ok).toBe(false)
  })

  it.each(['breakpoint', 'peer', 'supervisor', 'source', 'clock', 'parent'])('by a %s is refused', (kind) => {
    expect(parseUpMessage(control(set({ kind: 'start' }), { kind })).ok).toBe(false)
  })
})
