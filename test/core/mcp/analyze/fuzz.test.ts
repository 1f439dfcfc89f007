/**
 * Whatever comes over a wire: the analyzer reads it to its end, at a bounded cost, and remembers a bounded part of it.
 * `TASKSCOPE_FUZZ_MS` lets it try longer.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyzeCapture, CaptureAnalysis } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { passiveContext } from '../../../../core/mcp/analyze/passive-context.ts'
import { TaskEvents } from '../../../../core/mcp/analyze/task-events.ts'
import { LineSplitter } from '../../../../core/mcp/wire/line-splitter.ts'
import { readRpcText } from '../../../../core/mcp/wire/rpc-message.ts'
import { SseSplitter } from '../../../../core/mcp/wire/sse.ts'
import { nodeId, sourceId } from '../../../../core/model/identity.ts'
import { createEmit } from '../../../../core/model/stamp.ts'

/** Asked to take its time. */
const wholeDay = process.env.TASKSCOPE_FUZZ_MS !== undefined
const fuzzMs = Number(process.env.TASKSCOPE_FUZZ_MS ?? 2500)
const bounded = {
  numRuns: wholeDay ? 1_000_000 : 400,
  interruptAfterTimeLimit: fuzzMs,
}
const folder = new URL('../../../fixtures/captures/', import.meta.url)
const lines = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'))
  .filter((line) => line !== '' && line.length < 4000)

const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`
const texts = [
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  '\udfff\u0000',
  '',
  'a'.repeat(5000),
  'tasks/get',
  'NaN',
]
const numbers = [-1, -0, 0.5, 1e308, Number.MAX_SAFE_INTEGER, 2 ** 53, -(2 ** 31)]
const values = fc.oneof(
  fc.constantFrom<unknown>(null, true, [], {}, ...texts, ...numbers),
  fc.jsonValue(),
  fc.constantFrom<unknown>({ taskId: 7 }, { taskId: '__proto__', status: 'working' }, { status: null, taskId: 'x' }),
  fc.dictionary(fc.constantFrom('__proto__', 'taskId', 'status', 'task', '_meta', 'inputRequests'), fc.jsonValue()),
)

/** One way to spoil a line. */
const spoilers = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ kind: fc.constant('swap' as const), at: fc.nat(), value: values }),
  fc.record({
    kind: fc.constant('rename' as const),
    at: fc.nat(),
    name: fc.constantFrom(...texts, 'id', 'method', 'result'),
  }),
  fc.record({ kind: fc.constant('nest' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('none' as const) }),
)
type Spoiler = typeof spoilers extends fc.Arbitrary<infer T> ? T : never

const captures = fc.array(fc.record({ line: fc.nat(lines.length - 1), spoiler: spoilers, twice: fc.boolean() }), {
  minLength: 1,
  maxLength: 50,
})

function spoil(text: string, spoiler: Spoiler): string {
  switch (spoiler.kind) {
    case 'none':
      return text
    case 'cut':
      return text.slice(0, spoiler.at % (text.length + 1))
    case 'flip': {
      const bytes = Buffer.from(text)
      const at = spoiler.at % bytes.length
      bytes[at] = (bytes[at] ?? 0) ^ (1 << spoiler.bit)
      return bytes.toString('utf8')
    }
    case 'nest': {
      const places = [...text.matchAll(/"[^"]*":/g)]
      const place = places[spoiler.at % Math.max(1, places.length)]
      const after = place === undefined ? 0 : place.index + place[0].length
      return `${text.slice(0, after)}${deep},"was":${text.slice(after)}`
    }
    case 'swap':
    case 'rename':
      return inside(text, spoiler)
  }
}

/** Puts something else in the place of a value, or of its name. */
function inside(text: string, spoiler: Extract<Spoiler, { kind: 'swap' | 'rename' }>): string {
  const root: unknown = JSON.parse(text)
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const key of Object.keys(node)) {
      places.push({ holder: node as Record<string, unknown>, key })
      visit((node as Record<string, unknown>)[key])
    }
  }
  visit(root)
  const place = places[spoiler.at % places.length]
  if (place === undefined) return text
  const { holder, key } = place
  if (spoiler.kind === 'swap') holder[key] = spoiler.value
  else {
    // As JSON has it: a name like any other, whatever it is to JavaScript.
    Object.defineProperty(holder, spoiler.name, {
      value: holder[key],
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return JSON.stringify(root)
}

const unspoiled = lines.slice(0, 50).map((_, line) => ({ line, spoiler: { kind: 'none' as const }, twice: false }))

test('spoiled captures are read to their end', { timeout: fuzzMs + 30_000 }, () => {
  let events = 0
  fc.assert(
    fc.property(captures, (parts) => {
      const spoiled = parts.flatMap(({ line, spoiler, twice }) => {
        const text = spoil(lines[line] ?? '', spoiler)
        return twice ? [text, text] : [text]
      })
      const emit = createEmit(sourceId('fuzz'), { now: () => 0 }, () => {
        events += 1
      })
      const analysis = new CaptureAnalysis([new TaskEvents(passiveContext({ emit, parent: nodeId('fuzz') }))])
      for (const text of spoiled) analysis.push(text)
      const report = analysis.finish()
      // Whatever was read can be printed, and nothing of it has become a part of every object.
      expect(JSON.parse(JSON.stringify(report))).toHaveProperty('frames')
      expect(Object.keys(Object.prototype)).toEqual([])
    }),
    // On a busy machine no other may be tried before the time is over.
    { ...bounded, examples: [[unspoiled]] },
  )
  expect(events).toBeGreaterThan(0)
})

test('bytes of any kind are cut into lines and events', { timeout: fuzzMs + 30_000 }, () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (chunks) => {
      const splitter = new LineSplitter({ maxLineBytes: 200 })
      const events = new SseSplitter({ maxLength: 200 })
      const told = chunks.flatMap((chunk) => splitter.push(chunk).concat()).concat(splitter.end() ?? [])
      for (const { text } of told) readRpcText(text)
      for (const chunk of chunks) events.push(chunk)
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
      expect(told.reduce((sum, line) => sum + line.text.length, 0)).toBeLessThanOrEqual(bytes)
    }),
    bounded,
  )
})

describe('a peer that never stops', () => {
  /** Lines that say something new each time. */
  const floods: Readonly<Record<string, (n: number) => object>> = {
    'new tasks': (n) => ({
      dir: 's2c',
      msg: { method: 'notifications/tasks/status', params: { taskId: `t${n}`, status: 'working' } },
    }),
    'requests without an answer': (n) => ({
      dir: 'c2s',
      msg: { id: n, method: 'tools/call', params: { name: 't', task: {}, _meta: { progressToken: n } } },
    }),
    'requests of results': (n) => ({ dir: 'c2s', msg: { id: n, method: 'tasks/result', params: { taskId: 'one' } } }),
    questions: (n) => ({
      dir: 's2c',
      msg: {
        id: n,
        method: 'elicitation/create',
        params: { message: 'x', _meta: { 'io.modelcontextprotocol/related-task': { taskId: `t${n % 7}` } } },
      },
    }),
    'errors of new codes': (n) => ({ dir: 's2c', msg: { id: n, error: { code: n, message: 'x' } } }),
    'messages in new directions': (n) => ({ dir: `d${n}`, msg: { method: 'x' } }),
    'statuses there and back': (n) => ({
      dir: 's2c',
      msg: {
        method: 'notifications/tasks/status',
        params: { taskId: 'one', status: n % 2 === 0 ? 'working' : 'input_required' },
      },
    }),
    subscriptions: (n) => ({
      dir: 'c2s',
      msg: { id: n, method: 'subscriptions/listen', params: { notifications: { taskIds: [`t${n}`] } } },
    }),
    'events of streams': (n) => ({
      dir: 's2c',
      transport: 'http',
      http: { n, sseId: `e${n}` },
      msg: { method: 'notifications/message', params: { data: `m${n}` } },
    }),
    garbage: (n) => ({ dir: 's2c', msg: `garbage ${n}` }),
  }
  /** Those that are tried each time. */
  const quick = ['requests without an answer', 'questions']
  /** Past what anything remembers, and as much again. */
  const many = 25_000
  /** What a heap swings by between two collections, and what the report of so many tasks takes. */
  const swingBytes = 24 * 1024 * 1024

  test.each(Object.entries(floods).filter(([name]) => wholeDay || quick.includes(name)))(
    'of %s does not fill the memory',
    { timeout: 120_000 },
    (_name, flood) => {
      const analysis = new CaptureAnalysis()
      const push = (from: number) => {
        for (let n = from; n < from + many; n += 1) {
          analysis.push(JSON.stringify({ seq: n, tMs: n / 10, kind: 'rpc', ...flood(n) }))
        }
        return heapInUse()
      }
      const full = push(0)
      expect(push(many) - full).toBeLessThan(swingBytes)
      expect(analysis.finish().findings.length).toBeLessThanOrEqual(10_000)
    },
  )
})

function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

test('one analysis does not know of another', () => {
  const text = JSON.stringify({
    kind: 'rpc',
    dir: 's2c',
    msg: { method: 'notifications/tasks/status', params: { taskId: '__proto__', status: 'working' } },
  })
  expect(Object.keys(analyzeCapture([text]).tasks)).toEqual(['__proto__'])
  expect(analyzeCapture([]).tasks).toEqual({})
})
