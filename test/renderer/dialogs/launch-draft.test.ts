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
      ...emptyLaunch,
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

  it('takes an address with headers, a wire and what the person will answer', () => {
    const draft = {
      ...emptyLaunch,
      transport: 'http',
      url: ' http://localhost:3001/mcp ',
      headers: [{ name: 'Authorization', value: 'Bearer hush' }],
      clientId: ' me ',
      era: 'modern',
      sampling: true,
    } as const
    const launch = {
      name: 'localhost:3001',
      url: 'http://localhost:3001/mcp',
      headers: { Authorization: 'Bearer hush' },
      clientId: 'me',
      era: 'modern',
      abilities: { sampling: true },
    } as const
    expect(readLaunch(draft)).toEqual({ ok: true, launch })
    expect(readLaunch(draftOfLaunch(launch))).toEqual({ ok: true, launch })
  })

  it('refuses addresses that are none, and headers whose value was not kept', () => {
    const problemsOf = (change: Partial<typeof emptyLaunch>) => {
      const reading = readLaunch({ ...emptyLaunch, transport: 'http', url: 'http://localhost/mcp', ...change })
      return reading.ok ? {} : reading.problems
    }
    expect(problemsOf({ url: 'ftp://x' }).url).toContain('http://')
    expect(problemsOf({ url: 'http://me:hush@x/' }).url).toContain('header')
    expect(problemsOf({ headers: [{ name: 'Authorization', value: '' }] }).headers).toContain('again')
    expect(problemsOf({ headers: [{ name: 'a b', value: 'x' }] }).headers).toContain('no name')
    expect(problemsOf({ headers: [{ name: 'a', value: 'x\ny' }] }).headers).toContain('cannot be sent')
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
