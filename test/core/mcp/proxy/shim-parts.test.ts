/** The parts of a shim on their own: ids of ours, held frames, what is spooled, where it lies. */
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { HeldFrames } from '../../../../core/mcp/proxy/held-frames.ts'
import { HeldStore } from '../../../../core/mcp/proxy/held-store.ts'
import { Injections } from '../../../../core/mcp/proxy/injections.ts'
import { proxiedName } from '../../../../core/mcp/proxy/proxied-name.ts'
import { enterPlace, proxyPlace, UnsafePlaceError } from '../../../../core/mcp/proxy/proxy-place.ts'
import { readFromShim, readToShim } from '../../../../core/mcp/proxy/shim-messages.ts'
import { Spool } from '../../../../core/mcp/proxy/spool.ts'

const folders: string[] = []
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'taskscope-parts-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('requests of ours', () => {
  test('never have an id that the client has used', () => {
    const injections = new Injections<string>()
    expect(injections.make('tasks/result', {}, 'a').id).toBe('ts:1')
    injections.seeClient({ kind: 'request', id: 'ts:2', method: 'ping', params: {} })
    expect(injections.make('tasks/result', {}, 'b').id).toBe('ts::2')
    expect(injections.takeAnswer({ kind: 'result', id: 'ts:2', result: {} })).toBeUndefined()
    expect(injections.takeAnswer({ kind: 'result', id: 'ts::2', result: {} })).toBe('b')
  })

  test('speak as a modern client does', () => {
    const injections = new Injections<string>()
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', progressToken: 1 }
    injections.seeClient({ kind: 'request', id: 1, method: 'tools/call', params: { _meta } })
    expect(injections.make('tasks/cancel', { taskId: 'a' }, '').params).toEqual({
      taskId: 'a',
      _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
    })
  })
})

describe('held frames', () => {
  const setUp = (maxBytes?: number) => {
    const folder = join(temporary(), 'held')
    const store = new HeldStore(folder, { segmentBytes: 10, ...(maxBytes === undefined ? {} : { maxBytes }) })
    const passed: string[] = []
    const told: unknown[] = []
    const held = new HeldFrames({ store, changed: (task, waiting, why) => told.push([task, waiting, why]) })
    const keep = (task: string, text: string) =>
      held.keep(task, Buffer.from(text), (bytes) => passed.push(Buffer.from(bytes).toString()))
    return { folder, store, held, passed, told, keep, files: () => readdirSync(folder) }
  }

  test('go on in the order in which they came, also when there is no room for more', () => {
    const { held, passed, told, keep, files } = setUp(20)
    held.hold('a')
    held.hold('b')
    keep('a', '1')
    keep('b', '2')
    keep('a', '3')
    expect(held.step('a')).toBe(true)
    expect(passed).toEqual(['1'])
    keep('a', 'too large for what is left')
    expect(passed).toEqual(['1', '2', '3', 'too large for what is left'])
    expect(told.slice(-2)).toEqual([
      ['a', undefined, 'more was held than there is room for'],
      ['b', undefined, 'more was held than there is room for'],
    ])
    expect(held.holding).toBe(false)
    expect(files()).toEqual([])
  })

  test('wait in segments that only their owner can read, and go with the last frame in them', () => {
    const { folder, held, keep, files } = setUp()
    held.hold('a')
    for (let frame = 0; frame < 6; frame += 1) keep('a', 'x'.repeat(6))
    expect(files()).toEqual(['held-000001.bin', 'held-000002.bin', 'held-000003.bin'])
    if (process.platform !== 'win32') {
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      expect(statSync(join(folder, 'held-000001.bin')).mode & 0o777).toBe(0o600)
    }
    held.step('a')
    held.step('a')
    expect(files()).toEqual(['held-000002.bin', 'held-000003.bin'])
    held.close()
    expect(files()).toEqual([])
  })

  test('pass at once where the disk takes none', () => {
    const { folder, held, passed, told, keep } = setUp()
    writeFileSync(folder, 'in the way')
    held.hold('a')
    keep('a', '1')
    expect(passed).toEqual(['1'])
    expect(told.at(-1)).toEqual(['a', undefined, expect.stringContaining('held frames cannot be kept: ')])
  })

  test('of one who has gone are taken back', () => {
    const { held, passed, told, keep } = setUp()
    held.hold('a')
    const takeBack = keep('a', '1')
    keep('a', '2')
    takeBack()
    takeBack()
    expect(told.at(-1)).toEqual(['a', 1, undefined])
    held.release('a')
    expect(passed).toEqual(['2'])
  })

  test('come out as they went in, whatever is held, stepped and released', () => {
    const command = fc.oneof(
      fc.record({ do: fc.constant('keep' as const), task: fc.constantFrom<'a' | 'b'>('a', 'b'), size: fc.nat(30) }),
      fc.record({
        do: fc.constantFrom<'hold' | 'release' | 'step'>('hold', 'release', 'step'),
        task: fc.constantFrom<'a' | 'b'>('a', 'b'),
      }),
      fc.record({ do: fc.constant('all' as const) }),
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const { held, store, passed, keep } = setUp(60)
        const sent = { a: [] as string[], b: [] as string[] }
        for (const [index, each] of commands.entries()) {
          if (each.do === 'all') held.releaseAll('')
          else if (each.do !== 'keep') held[each.do](each.task)
          else {
            const text = `${each.task}${index}${'.'.repeat(each.size)}`
            sent[each.task].push(text)
            if (held.holds(each.task)) keep(each.task, text)
            else passed.push(text)
          }
        }
        held.releaseAll('')
        store.close()
        for (const task of ['a', 'b'] as const)
          expect(passed.filter((text) => text.startsWith(task))).toEqual(sent[task])
      }),
      { numRuns: 60 },
    )
  })
})

describe('the spool', () => {
  const line = (seq: number, size: number) => `{"seq":${seq},"x":"${'x'.repeat(size)}"}\n`
  const numbers = async (spool: Spool, after: number) => {
    const found: number[] = []
    for await (const text of spool.after(after)) found.push((JSON.parse(text) as { seq: number }).seq)
    return found
  }

  test('gives back what it was given, from any place on', async () => {
    const folder = join(temporary(), 'spool')
    const spool = new Spool(folder, Promise.resolve(), '{"kind":"meta"}\n')
    for (let seq = 1; seq <= 5; seq += 1) spool.add(seq, line(seq, 10))
    expect(await numbers(spool, 0)).toEqual([1, 2, 3, 4, 5])
    spool.add(6, line(6, 10))
    expect((await numbers(spool, 5)).at(-1)).toBe(6)
    await spool.close(true)
    expect(() => readdirSync(folder)).toThrow()
  })

  test('lets the oldest segment go when it is full', async () => {
    const folder = join(temporary(), 'spool')
    const spool = new Spool(folder, Promise.resolve(), '{"kind":"meta"}\n')
    for (let seq = 1; seq <= 60; seq += 1) {
      spool.add(seq, line(seq, 1024 * 1024))
      await numbers(spool, seq)
    }
    const kept = await numbers(spool, 0)
    expect(kept.at(-1)).toBe(60)
    expect(kept[0]).toBeGreaterThan(10)
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => (kept[0] ?? 0) + index))
    await spool.close(false)
  })

  test('keeps nothing where nothing may be kept', async () => {
    const spool = new Spool(join(temporary(), 'spool'), Promise.reject(new Error('no')), '')
    spool.add(1, line(1, 1))
    expect(await numbers(spool, 0)).toEqual([])
    await spool.close(false)
  })
})

describe.skipIf(process.platform === 'win32')('the place where they meet', () => {
  test('is refused when it is a link to elsewhere, or too deep for a socket', async () => {
    const folder = temporary()
    const link = join(folder, 'link')
    symlinkSync(folder, link)
    await expect(enterPlace(proxyPlace({ TASKSCOPE_RUNTIME_DIR: link }))).rejects.toThrow(UnsafePlaceError)
    const deep = join(folder, 'x'.repeat(100))
    await expect(enterPlace(proxyPlace({ TASKSCOPE_RUNTIME_DIR: deep }))).rejects.toThrow('socket path')
    await enterPlace(proxyPlace({ TASKSCOPE_RUNTIME_DIR: join(folder, 'new') }))
  })

  test('is the same for a process that was given hardly any environment', () => {
    const { folder } = proxyPlace({})
    expect(proxyPlace({ XDG_RUNTIME_DIR: '/run/user/1', TMPDIR: '/somewhere', HOME: '/home/me' }).folder).toBe(folder)
    expect(folder).toContain(String(process.getuid?.()))
  })
})

test('messages of another kind are none', () => {
  for (const value of [
    undefined,
    null,
    1,
    [],
    {},
    { type: 'hello' },
    { type: 'line', line: 1 },
    { type: 'nonsense' },
  ]) {
    expect(readFromShim(value)).toBeUndefined()
    expect(readToShim(value)).toBeUndefined()
  }
  expect(readFromShim({ type: 'hello', version: 1, hello: { id: '../../etc', pid: 1, startedAt: 1 } })).toBeUndefined()
  expect(readToShim({ type: 'order', order: { do: 'signal', control: 'c', signal: 'SIGSEGV' } })).toBeUndefined()
})

test.each([
  [['node', '/a/node_modules/@x/server-everything/dist/index.js', 'stdio'], 'server-everything'],
  [['npx', '-y', 'my-server'], 'my-server'],
  [['/usr/bin/python3', '/home/me/crawler/server.py'], 'crawler'],
  [['http://127.0.0.1:3001/mcp'], '127.0.0.1:3001'],
  [['cat'], 'cat'],
])('%j is called %s', (command, name) => {
  expect(proxiedName(command)).toBe(name)
})
