import { describe, expect, it } from 'vitest'
import { readCommandLine, usage } from '../../../core/cli/command-line.ts'

describe('headless command line', () => {
  it.each([
    ['list ./m.ts', { verb: 'list', module: './m.ts', json: false }],
    ['list ./m.ts --json', { verb: 'list', module: './m.ts', json: true }],
    ['exec ./m.ts', { verb: 'exec', module: './m.ts', json: false }],
    [
      'exec --json ./m.ts crawl --input {"a":1}',
      { verb: 'exec', module: './m.ts', task: 'crawl', input: { a: 1 }, json: true },
    ],
    ['exec ./m.ts crawl --input null', { verb: 'exec', module: './m.ts', task: 'crawl', input: null, json: false }],
    ['exec --receive ./m.ts', { verb: 'exec', module: './m.ts', json: false, receive: { port: 4318 } }],
    ['exec ./m.ts --receive=0', { verb: 'exec', module: './m.ts', json: false, receive: { port: 0 } }],
    ['exec --help', { verb: 'help' }],
    ['', { verb: 'help' }],
  ])('reads "%s"', (line, command) => {
    expect(readCommandLine(line.split(' ').filter(Boolean))).toEqual(command)
  })

  it.each([
    ['fly', 'there is no verb "fly"'],
    ['list', 'list needs a task module: taskscope list ./my-tasks.ts'],
    ['list a.ts b', 'list takes one module, "b" is too much'],
    ['list a.ts --input 1', 'list takes no --input'],
    ['exec a.ts b c', 'exec takes one module and one task, "c" is too much'],
    ['exec a.ts --receive=everything', '--receive takes a port, as in --receive=4318'],
    ['list a.ts --receive', 'list takes no --receive'],
    ['exec a.ts --bogus', "Unknown option '--bogus'"],
    ['exec a.ts --input', "Option '--input <value>' argument missing"],
  ])('refuses "%s" in one sentence', (line, reason) => {
    expect(readCommandLine(line.split(' '))).toEqual({ verb: 'refused', reason })
  })

  it('says what is wrong with an input that is no JSON', () => {
    expect(readCommandLine(['exec', 'a.ts', 'b', '--input', '{a'])).toMatchObject({
      verb: 'refused',
      reason: expect.stringMatching(/^--input is not JSON: ./),
    })
  })

  it('tells in its help every verb, option and exit code', () => {
    for (const word of ['list', 'exec', '--input', '--json', 'Ctrl-C', '64', '124', '130'])
      expect(usage).toContain(word)
  })
})
