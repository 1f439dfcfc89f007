import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinCommandLine, splitCommandLine } from '../../../renderer/dialogs/command-line.ts'

describe('a command line', () => {
  it.each([
    ['-y @modelcontextprotocol/server-everything', ['-y', '@modelcontextprotocol/server-everything']],
    ['--name "my server" plain', ['--name', 'my server', 'plain']],
    [`'a b'"c d"e`, ['a bc de']],
    ['one\ntwo\n', ['one', 'two']],
    ['a\\ b "x\\"y" "c:\\dir"', ['a b', 'x"y', 'c:\\dir']],
    [`"" ''`, ['', '']],
    ['$HOME *.ts', ['$HOME', '*.ts']],
    ['   ', []],
  ])('%j gives %j', (text, args) => {
    expect(splitCommandLine(text)).toEqual({ ok: true, args })
  })

  it('says what is not closed', () => {
    expect(splitCommandLine('a "b')).toEqual({ ok: false, problem: 'a quote " is never closed' })
    expect(splitCommandLine('a \\')).toMatchObject({ ok: false })
  })

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (args) => {
        expect(splitCommandLine(joinCommandLine(args))).toEqual({ ok: true, args })
      }),
    )
  })
})
