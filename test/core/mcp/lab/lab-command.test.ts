import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { deviations } from '../../../../core/mcp/lab/deviations.ts'
import { labCommand, readLabCommand } from '../../../../core/mcp/lab/lab-command.ts'
import { ruleIds } from '../../../../core/mcp/lint/rule-families.ts'

test('without words it speaks both wires over stdio and does right', () => {
  expect(readLabCommand([])).toEqual({ eras: ['legacy', 'modern'], deviations: [] })
})

test('era, port and several misbehaviours are read in any order', () => {
  const words = [
    '--misbehave',
    'bad-ttl',
    'duplicate-status',
    '--http',
    '0',
    '--era',
    'legacy',
    '--misbehave',
    'expired',
  ]
  expect(readLabCommand(words)).toMatchObject({
    eras: ['legacy'],
    port: 0,
    deviations: [{ name: 'bad-ttl' }, { name: 'duplicate-status' }, { name: 'expired' }],
  })
})

test.each([
  [['--era', 'future'], '--era is modern, legacy or both'],
  [['--era'], '--era is modern, legacy or both'],
  [['--http', 'x'], '--http needs a port'],
  [['--misbehave'], '--misbehave needs the name of a misbehaviour'],
  [['--misbehave', '--http'], '--misbehave needs the name of a misbehaviour'],
  [['--misbehave', 'nicely'], 'there is no misbehaviour "nicely"'],
  [['now'], '"now" is not understood'],
])('%j is refused', (words, reason) => {
  expect(readLabCommand(words)).toBe(reason)
})

test('every misbehaviour bears the name of a rule, once', () => {
  const names = deviations.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(ruleIds()).toEqual(expect.arrayContaining(names))
})

test('its help names every misbehaviour', async () => {
  const lines: string[] = []
  const io = {
    out: (line: string) => void lines.push(line),
    err: (line: string) => void lines.push(line),
    input: new PassThrough(),
    output: new PassThrough(),
    onInterrupt: () => () => undefined,
  }
  expect(await labCommand(['--help'], io, { version: '0', env: {} })).toBe(0)
  for (const { name } of deviations) expect(lines.join('\n')).toContain(name)
})
