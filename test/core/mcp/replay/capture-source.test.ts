/** An opened recording: what it shows, at which times, and what it refuses. */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCaptureFile } from '../../../../core/mcp/replay/read-capture.ts'
import { controlId, nodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'
import { isTaskRow, type NodeRow, type Row, type TaskRow } from '../../../../core/model/row.ts'
import type { Source } from '../../../../core/model/source.ts'
import { createRegistry } from '../../../../core/registry/registry.ts'
import { createCaptures } from '../../../../core/workspace/captures.ts'
import { createOpenSources } from '../../../../core/workspace/open-sources.ts'

const id = sourceId('recording')

async function opened(path: string) {
  const registry = createRegistry()
  const sources: Source[] = []
  const register = (source: Source) => {
    sources.push(source)
    return () => undefined
  }
  const captures = createCaptures({
    sources: { ...createOpenSources(registry, { register }), freeId: () => id },
    sink: (event) => void registry.apply(event),
  })
  const answer = await captures.open(path)
  const rows: Row[] = [...registry.rows()]
  const owner = registry.row(nodeKey(id, nodeId('connection'))) as NodeRow | undefined
  return {
    answer,
    again: () => captures.open(path),
    sources,
    registry,
    owner,
    source: sources[0],
    tasks: rows.filter(isTaskRow) as TaskRow[],
  }
}

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/captures/${name}.jsonl`, import.meta.url))

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskscope-captures-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a recording', () => {
  test('shows its tasks, its frames and who spoke', async () => {
    const { answer, owner, source, tasks } = await opened(fixture('answered-question'))
    expect(answer).toEqual({ ok: true, value: { source: id } })
    expect(owner).toMatchObject({ node: 'source', status: 'open', name: 'answered-question.jsonl' })
    expect(owner?.facts).toMatchObject({ recording: true, era: 'legacy' })
    expect(tasks).toMatchObject([{ name: 'simulate-research-query', state: 'completed' }])
    const [task] = tasks
    if (task === undefined || source === undefined || !('frames' in source)) throw new Error('nothing was opened')
    const capture = source as Source & { frames(task?: string): { rows: readonly { seq: number }[] } }
    const all = capture.frames().rows.length
    const own = capture.frames(task.id).rows.length
    expect(own).toBeGreaterThan(3)
    expect(all).toBeGreaterThan(own)
  })

  test('tells what the rules find, on the task that it concerns', async () => {
    const { registry, tasks } = await opened(fixture('stall'))
    const detail = tasks.map((task) => registry.detail(task.key))
    expect(detail.flatMap((entry) => entry?.findings?.items ?? []).map(({ rule }) => rule)).toContain(
      'stalled-input-required',
    )
  })

  test('leaves no task open that nobody can speak of any more', async () => {
    const { tasks } = await opened(fixture('stall'))
    expect(tasks).toMatchObject([{ state: 'failed', failure: 'lost' }])
  })

  test('is not read a second time while it is open', async () => {
    const { again, sources } = await opened(fixture('complete'))
    expect(await again()).toEqual({ ok: true, value: { source: id } })
    expect(sources).toHaveLength(1)
  })

  test('refuses every control with the same reason', async () => {
    const { registry, source, tasks } = await opened(fixture('complete'))
    const heard: unknown[] = []
    registry.observe({ event: (event) => void heard.push(event) })
    const [task] = tasks
    if (task === undefined) throw new Error('no task')
    const target = nodeKey(id, task.id)
    source?.control({ id: controlId('1'), target, command: { verb: 'cancel' }, by: { kind: 'person' }, requestedAt: 0 })
    expect(heard).toMatchObject([{ kind: 'control.refused', reason: 'it is a recording' }])
  })
})

describe('the times of a recording', () => {
  const line = (seq: number, tMs: number) => JSON.stringify({ seq, tMs, kind: 'stderr', text: 'x' })

  test('count from the date that its first line gives', async () => {
    const path = join(folder, 'dated.jsonl')
    await writeFile(path, `${JSON.stringify({ kind: 'meta', scenario: 's', startedAt: 1000 })}\n${line(1, 5)}\n`)
    expect((await openCaptureFile(path)).startedAt).toBe(1000)
  })

  test('end when the file was last written, when it gives no date', async () => {
    const path = join(folder, 'undated.jsonl')
    await writeFile(path, `${JSON.stringify({ kind: 'meta', scenario: 's' })}\n${line(1, 5)}\n${line(2, 4000)}\n`)
    await utimes(path, 100, 100)
    expect((await openCaptureFile(path)).startedAt).toBe(96_000)
  })
})

describe('a file that is no recording', () => {
  test.each([
    ['an empty file', '', 'it is empty'],
    ['prose', 'hello\nworld\n', 'none of its lines is a line of a recording'],
    ['other JSON', '[1,2]\n{"a":1}\n', 'none of its lines is a line of a recording'],
  ])('%s is refused, and leaves nothing behind', async (_name, text, why) => {
    const path = join(folder, 'other.jsonl')
    await writeFile(path, text)
    const { answer, tasks, source } = await opened(path)
    expect(answer).toEqual({ ok: false, error: `${path} cannot be opened as a recording`, detail: why })
    expect(tasks).toEqual([])
    expect(source).toBeUndefined()
  })

  test('a missing one says so', async () => {
    const { answer } = await opened(join(folder, 'missing.jsonl'))
    expect(answer).toMatchObject({ ok: false, detail: expect.stringContaining('ENOENT') })
  })

  test('one broken line among good ones is a finding, not a refusal', async () => {
    const path = join(folder, 'broken.jsonl')
    await writeFile(path, `${JSON.stringify({ kind: 'meta', scenario: 's', startedAt: 0 })}\nnot json\n`)
    const { answer, registry, owner } = await opened(path)
    expect(answer.ok).toBe(true)
    const detail = owner === undefined ? undefined : registry.detail(owner.key)
    expect(detail?.findings?.items.map(({ rule }) => rule)).toEqual(['not-json'])
  })
})
