/** Recordings as sources of a workspace: each file once, as long as it is open. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeId, nodeKey, type SourceId } from '../../../core/model/identity.ts'
import { isTaskRow } from '../../../core/model/row.ts'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { plainWorkspace } from './plain-workspace.ts'

const ping = { seq: 1, tMs: 0, kind: 'rpc', dir: 'c2s', msg: { jsonrpc: '2.0', id: 1, method: 'ping' } }

let app: Workspace
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskscope-captures-'))
  app = plainWorkspace()
})

afterEach(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The absolute path of a recording that says nothing but that. */
function recording(name: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(ping)}\n`)
  return path
}

async function open(path: string): Promise<SourceId> {
  const result = await app.openCapture(path)
  if (!result.ok) throw new Error(result.error)
  return result.value.source
}

/** Which file a source shows. */
function fileOf(source: SourceId): unknown {
  const row = app.registry.row(nodeKey(source, nodeId('connection')))
  return row === undefined || isTaskRow(row) ? undefined : row.facts.path
}

test('a file that is open is not read again, and is once it has been closed', async () => {
  const path = recording('one.jsonl')
  const first = await open(path)
  expect(await open(path)).toBe(first)
  expect(await app.removeSource(first)).toMatchObject({ ok: true })
  expect(fileOf(first)).toBeUndefined()
  expect(fileOf(await open(path))).toBe(path)
})

test('a file that was closed is opened anew, though another of its name is open now', async () => {
  const [path, other] = [recording('a/one.jsonl'), recording('b/one.jsonl')]
  await app.removeSource(await open(path))
  const taken = await open(other)
  const again = await open(path)
  expect(again).not.toBe(taken)
  expect([fileOf(again), fileOf(taken)]).toEqual([path, other])
})

test('nothing is left of a source that is removed, and one that was never there is said so', async () => {
  const source = await open(recording('one.jsonl'))
  await app.removeSource(source)
  expect([...app.registry.rows()]).toEqual([])
  expect(await app.removeSource(source)).toEqual({ ok: false, error: `there is no source ${source}` })
})

test('a file that goes away while it is read leaves nothing behind', async () => {
  const path = recording('one.jsonl')
  const stopObserving = app.registry.observe({ event: ({ kind }) => kind === 'node.opened' && rmSync(path) })
  expect(await app.openCapture(path)).toMatchObject({ ok: false, error: `${path} cannot be opened as a recording` })
  stopObserving()
  expect([...app.registry.rows()]).toEqual([])
})
