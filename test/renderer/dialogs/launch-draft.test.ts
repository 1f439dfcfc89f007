import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draftOfLaunch, emptyLaunch, readLaunch, suggestedName } from '../../../renderer/dialogs/launch-draft.ts'

describe('what is typed to connect a server', () => {
  it('takes a whole command line as the command', () => {
    const command = 'npx -y @modelcontextprotocol/server-everything'
    expect(readLaunch({ ...emptyLaunch, command })).toEqual({
      ok: true,
      launch: {
        name: 'everything',
        command: 'npx',
        args: ['-y', '@modelcontextprotocol/server-everything'],
        env: {},
      },
    })
  })

  it('takes arguments one a line, variables and a folder', () => {
    const draft = {
      name: 'mine',
      command: 'node',
      args: 'server.js\n"--root=/my files"',
      env: [
        { name: 'DEBUG', value: '1' },
        { name: '', value: '' },
      ],
      cwd: ' /work ',
    }
    expect(readLaunch(draft)).toEqual({
      ok: true,
      launch: {
        name: 'mine',
        command: 'node',
        args: ['server.js', '--root=/my files'],
        env: { DEBUG: '1' },
        cwd: '/work',
      },
    })
  })

  it('says beside each field what is wrong', () => {
    expect(readLaunch(emptyLaunch)).toEqual({ ok: false, problems: { command: 'say what to run, e.g. npx' } })
    const draft = { ...emptyLaunch, command: 'node', args: 'a "b', env: [{ name: '1x', value: 'y' }] }
    expect(readLaunch(draft)).toMatchObject({
      ok: false,
      problems: { args: expect.stringContaining('never closed'), env: '1x is no name of a variable' },
    })
  })

  it.each([
    ['npx', ['-y', 'mcp-server-git'], 'git'],
    ['uvx', ['mcp-server-fetch@1.2.0'], 'fetch'],
    ['node', ['/work/tools/server.mjs'], 'server'],
    ['/usr/bin/thing', [], 'thing'],
    ['node', ['/work/server-everything/dist/index.js'], 'everything'],
  ])('names %s %j %s', (command, args, name) => {
    expect(suggestedName(command, args)).toBe(name)
  })

  it('reads a known server back as it was', () => {
    const word = fc.string({ minLength: 1 }).filter((text) => text.trim() === text)
    const variable = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/)
    fc.assert(
      fc.property(
        fc.record({
          name: word,
          command: word,
          args: fc.array(fc.string()),
          env: fc.dictionary(variable, fc.string()),
          cwd: word,
        }),
        (launch) => {
          expect(readLaunch(draftOfLaunch(launch))).toEqual({ ok: true, launch: { ...launch, env: { ...launch.env } } })
        },
      ),
    )
  })
})
