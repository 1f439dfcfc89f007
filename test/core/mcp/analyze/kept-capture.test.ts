/** A conversation that was watched is saved as a capture that tells the same. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { analyzeCapture } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { Analyzer } from '../../../../core/mcp/analyze/analyzer.ts'
import { CaptureFeed } from '../../../../core/mcp/analyze/capture-feed.ts'
import { FrameLog } from '../../../../core/mcp/analyze/frame-log.ts'
import { nodeId } from '../../../../core/model/identity.ts'

const folder = new URL('../../../fixtures/captures/', import.meta.url)
const names = ['', 'peers/'].flatMap((under) =>
  readdirSync(new URL(under, folder)).flatMap((name) => (name.endsWith('.jsonl') ? [`${under}${name}`] : [])),
)
const startedAt = 1_700_000_000_000

function watched(lines: readonly string[]): FrameLog {
  const log = new FrameLog((host, taskId) => nodeId(`${host}:${taskId}`))
  const feed = new CaptureFeed(new Analyzer([log]), startedAt, (json) => log.note(json))
  for (const line of lines) feed.push(line)
  return log
}

function saved(log: FrameLog, meta = {}): string[] {
  return [...log.captureLines(meta, startedAt)].flatMap((line) => line.split('\n')).filter((line) => line !== '')
}

const rpc = (seq: number, method: string, params: unknown = {}) =>
  JSON.stringify({
    seq,
    tMs: seq,
    kind: 'rpc',
    dir: 'c2s',
    transport: 'stdio',
    msg: { jsonrpc: '2.0', method, params },
  })

describe('a saved capture', () => {
  test.each(names)('tells of %s what the recording itself tells', (name) => {
    const lines = readFileSync(new URL(name, folder), 'utf8').split('\n')
    const again = saved(watched(lines))
    expect(analyzeCapture(again)).toEqual(analyzeCapture(lines))
    expect(JSON.parse(again[0] ?? '')).toEqual({ kind: 'meta', startedAt })
  })

  test('begins with what was watched and since when', () => {
    const [first] = saved(watched([rpc(1, 'ping')]), { scenario: 'server' })
    expect(JSON.parse(first ?? '')).toEqual({ kind: 'meta', scenario: 'server', startedAt })
  })

  test('keeps what stood beside the messages: stderr, the end of the server, headers, and what was ours', () => {
    const lines = [
      '{"seq":1,"tMs":0.5,"kind":"stderr","text":"ready"}',
      '{"seq":2,"tMs":1,"kind":"rpc","dir":"dbg2s","transport":"http","injected":true,"http":{"n":1},"msg":{"jsonrpc":"2.0","method":"ping","id":1}}',
      '{"seq":3,"tMs":2,"kind":"exit","code":0,"sig":null}',
    ]
    const [, ...rest] = saved(watched(lines)).map((line) => JSON.parse(line) as unknown)
    expect(rest).toEqual(lines.map((line) => JSON.parse(line) as unknown))
  })

  test('holds every message of a batch, and what of it is none', () => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } }
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' }
    const answer = { jsonrpc: '2.0', id: 2, result: { tools: [] } }
    const of = (seq: number, dir: string, msg: unknown) => ({
      seq,
      tMs: seq,
      kind: 'rpc',
      dir,
      transport: 'stdio',
      msg,
    })
    const lines = [
      of(1, 'c2s', [call, 'noise', list]),
      of(2, 's2c', [answer]),
      of(3, 's2c', { ...answer, id: 1, result: {} }),
    ].map((line) => JSON.stringify(line))
    const log = watched(lines)
    const [, ...rest] = saved(log).map((line) => JSON.parse(line) as unknown)
    expect(rest).toEqual([
      of(1, 'c2s', [call, list]),
      { seq: 1, tMs: 1, kind: 'rpc-unparsed', text: '"noise"', why: 'it is JSON, but no JSON-RPC message' },
      of(2, 's2c', [answer]),
      of(3, 's2c', { ...answer, id: 1, result: {} }),
    ])
    const { rows } = log.list()
    expect(rows.map(({ seq, method, answers }) => ({ seq, method, answers }))).toEqual([
      { seq: 1, method: 'tools/call', answers: undefined },
      { seq: 1.2, method: 'tools/list', answers: undefined },
      { seq: 2, method: 'tools/list', answers: 1.2 },
      { seq: 3, method: 'tools/call', answers: 1 },
    ])
    expect(rows.map(({ seq }) => log.text(seq))).toEqual(
      [call, list, answer, { ...answer, id: 1, result: {} }].map((m) => JSON.stringify(m)),
    )
  })

  test.each([10, 11, 1200])('tells the messages of a batch of %i apart', (count) => {
    const msg = Array.from({ length: count }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }))
    const line = { kind: 'rpc', dir: 'c2s', transport: 'stdio', msg }
    const log = watched([1, 2].map((seq) => JSON.stringify({ seq, tMs: seq, ...line })))
    const { rows } = log.list()
    expect(new Set(rows.map(({ seq }) => seq)).size).toBe(Math.min(2 * count, 2000))
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map(({ seq }) => seq).toSorted((one, other) => one - other))
    expect(saved(log).slice(1)).toHaveLength(2)
  })

  test('holds no secret', () => {
    const text = saved(
      watched([rpc(1, 'x', { apiKey: 'k-123' }), '{"seq":2,"kind":"stderr","text":"TOKEN=t-456"}']),
    ).join()
    expect(text).not.toContain('k-123')
    expect(text).not.toContain('t-456')
  })

  test('says how many lines are no longer kept', () => {
    const long = 'x'.repeat(3 * 1024 * 1024)
    const lines = Array.from({ length: 5 }, (_, index) =>
      JSON.stringify({ seq: index + 1, kind: 'stderr', text: long }),
    )
    const [first, ...rest] = saved(watched(lines))
    expect(JSON.parse(first ?? '')).toMatchObject({ dropped: 3 })
    expect(rest).toHaveLength(2)
  })
})
