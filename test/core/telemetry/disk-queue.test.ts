import { spawnSync } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DiskQueue, type DiskQueueOptions, openDiskQueue } from '../../../core/telemetry/disk-queue.ts'
import { readDropEntries } from '../../../core/telemetry/drop-ledger.ts'
import { maxBatch, maxBatchParts, type SpanBatch, type SpanQueue } from '../../../core/telemetry/span-queue.ts'
import { createFakeTime, type FakeTime } from '../../support/fake-time.ts'
import { numberedSpan } from './numbered-span.ts'
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

let folder: TemporaryFolder
let time: FakeTime
let queue: DiskQueue
let atTurnEnd: (() => void)[]

beforeEach(() => {
  folder = createTemporaryFolder()
  time = createFakeTime()
  queue = open()
})

afterEach(() => {
  queue.close()
  folder.remove()
})

function open(options: Partial<DiskQueueOptions> = {}): DiskQueue {
  atTurnEnd = []
  const opened = openDiskQueue({
    folder: join(folder.path, 'queue'),
    clock: time,
    atTurnEnd: (callback) => atTurnEnd.push(callback),
    ...options,
  })
  return opened ?? expect.fail('the folder is taken')
}

/** What a process finds that starts after this one was killed: nothing was closed. */
function afterKill(options: Partial<DiskQueueOptions> = {}): DiskQueue {
  rmSync(file('lock'))
  queue = open(options)
  return queue
}

function file(name: string): string {
  return join(folder.path, 'queue', name)
}

function segments(): string[] {
  return readdirSync(file('.')).filter((name) => name.endsWith('.spans'))
}

function push(from: number, to: number): void {
  for (let n = from; n < to; n++) queue.push(numberedSpan(n))
  for (const callback of atTurnEnd.splice(0)) callback()
}

function takeAll(from: SpanQueue): unknown[] {
  const taken: unknown[] = []
  for (let batch = from.take(true); batch !== undefined; batch = from.take(true)) {
    taken.push(...batch.spans.map((span) => span.attributes.n))
    from.settle(batch)
  }
  return taken
}

function takeOne(): SpanBatch {
  return queue.take(true) ?? expect.fail('a batch should be there')
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n)
}

describe('a queue on disk', () => {
  it('keeps what was pushed before a kill, in order and in whole', () => {
    push(0, maxBatch + 3)
    expect(queue.size).toBe(maxBatch + 3)
    afterKill()
    expect(queue.recovered).toBe(maxBatch + 3)
    const batch = queue.take(true)
    expect(batch?.spans[7]).toEqual(numberedSpan(7))
    if (batch !== undefined) queue.giveBack(batch, true)
    expect(takeAll(queue)).toEqual(numbers(0, maxBatch + 3))
    expect(queue.size).toBe(0)
    expect(segments()).toEqual([])
  })

  it('writes once per turn, however many spans came', () => {
    for (let n = 0; n < 10; n++) queue.push(numberedSpan(n))
    expect(atTurnEnd).toHaveLength(1)
    expect(segments()).toEqual([])
  })

  it('makes smaller batches of spans that are full of events', () => {
    const events = Array.from({ length: maxBatchParts / 2 }, (_, at) => ({ name: 'line', at }))
    for (let n = 0; n < 3; n++) queue.push({ ...numberedSpan(n), events })
    queue.push({ ...numberedSpan(3), events: [...events, ...events, ...events] })
    push(4, 6)
    const taken: unknown[] = []
    for (let batch = queue.take(true); batch !== undefined; batch = queue.take(true)) {
      taken.push(batch.spans.map(({ attributes }) => attributes.n))
      queue.settle(batch)
    }
    expect(taken).toEqual([[0], [1], [2], [3], [4, 5]])
  })

  it('is readable by its owner only', () => {
    push(0, 1)
    expect(statSync(file('.')).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(file('.'))) expect(statSync(file(name)).mode & 0o777).toBe(0o600)
  })

  it('sends again what was under way when the process died, and nothing that was answered for', () => {
    push(0, 2 * maxBatch)
    const answered = queue.take(false)
    const unanswered = queue.take(false)
    if (answered === undefined || unanswered === undefined) throw new Error('two batches should be there')
    queue.settle(answered)
    afterKill()
    expect(takeAll(queue)).toEqual(numbers(maxBatch, 2 * maxBatch))
  })

  it('gives back batches come again before younger ones', () => {
    push(0, 3 * maxBatch)
    const first = queue.take(false)
    if (first === undefined) throw new Error('a batch should be there')
    queue.giveBack(first, false)
    expect(queue.take(false)?.spans[0]?.attributes.n).toBe(0)
  })

  it('calls a drop unconfirmed when an earlier request with the spans may have arrived, also after a kill', () => {
    push(0, 3 * maxBatch)
    const unanswered = takeOne()
    queue.giveBack(unanswered, true)
    expect(takeOne()).toMatchObject({ unsure: true })
    afterKill()
    const again = takeOne()
    expect(again).toMatchObject({ unsure: true })
    queue.settle(again, { reason: 'refused', count: maxBatch, text: 'the collector answered 400' })
    expect(queue.drops).toMatchObject({ refused: 0, unconfirmed: maxBatch })
    const busy = takeOne()
    expect(busy.unsure).toBe(false)
    queue.giveBack(busy, false)
    afterKill()
    const refused = takeOne()
    expect(refused.unsure).toBe(false)
    queue.settle(refused, { reason: 'refused', count: maxBatch, text: 'the collector answered 400' })
    expect(queue.drops).toMatchObject({ refused: maxBatch, unconfirmed: maxBatch })
  })

  it('counts spans as unconfirmed that were under way when the process died and are too old by the next start', () => {
    push(0, maxBatch)
    takeOne()
    afterKill({ maxAgeMs: -1 })
    expect(queue.take(true)).toBeUndefined()
    expect(queue.drops).toMatchObject({ expired: 0, unconfirmed: maxBatch })
  })

  it('writes down which spans were dropped, when and what the collector said, and keeps the file small', () => {
    push(0, maxBatch)
    queue.settle(takeOne(), { reason: 'rejected', count: 2, text: 'the collector rejected 2 spans' })
    const [entry] = readDropEntries(file('.'))
    expect(entry).toMatchObject({
      reason: 'rejected',
      count: 2,
      text: 'the collector rejected 2 spans',
      at: time.now(),
    })
    expect(entry?.spans).toHaveLength(maxBatch)
    for (let n = 0; n < 600; n++) queue.drop('closed', 1)
    expect(readDropEntries(file('.')).length).toBeLessThan(300)
    afterKill()
    expect(queue.drops).toMatchObject({ rejected: 2, closed: 600 })
    expect(readDropEntries(file('.'))).toHaveLength(2)
  })

  it('remembers drops, and does not send spans again that were refused right before the kill', () => {
    push(0, maxBatch)
    const batch = queue.take(false)
    if (batch === undefined) throw new Error('a batch should be there')
    const [name = ''] = segments()
    const content = readFileSync(file(name))
    queue.settle(batch, { reason: 'refused', count: maxBatch })
    // As if the process had died between the books and the file.
    writeFileSync(file(name), content)
    afterKill()
    expect(queue.size).toBe(0)
    expect(queue.drops.refused).toBe(maxBatch)
    afterKill()
    expect(queue.drops.refused).toBe(maxBatch)
  })

  it('sets a damaged file aside with its content, counts what is lost and keeps the rest', () => {
    push(0, 4)
    const [name = ''] = segments()
    const lines = readFileSync(file(name), 'utf8').split('\n')
    lines[2] = lines[2]?.replace('span 1', 'span 9') ?? ''
    writeFileSync(file(name), `${lines.slice(0, 4).join('\n')}\n${lines[4]?.slice(0, 20)}`)
    const damaged = readFileSync(file(name))
    afterKill()
    expect(queue.size).toBe(4)
    expect(takeAll(queue)).toEqual([0, 2])
    expect(queue.drops.damaged).toBe(2)
    expect(queue.setAside).toBe(1)
    expect(readFileSync(file(`${name}.damaged`))).toEqual(damaged)
    afterKill()
    expect(queue.size).toBe(0)
    expect(queue.drops.damaged).toBe(2)
  })

  it('sets aside a file of a format that it does not know', () => {
    writeFileSync(file('0000000001-1700000000000.spans'), 'taskscope-spans 9\n{}\n{}\n')
    afterKill()
    expect(takeAll(queue)).toEqual([])
    expect(readdirSync(file('.'))).toContain('0000000001-1700000000000.spans.damaged')
    expect(queue.size).toBe(0)
  })

  it('lets the oldest go when it grows too large, and counts them', () => {
    queue.close()
    queue = open({ maxBytes: 400_000 })
    push(0, 8 * maxBatch)
    expect(queue.size + queue.drops.overflow).toBe(8 * maxBatch)
    expect(queue.drops.overflow).toBeGreaterThan(0)
    expect(takeAll(queue).at(-1)).toBe(8 * maxBatch - 1)
  })

  it('lets spans go that have waited too long, and counts them', async () => {
    push(0, maxBatch + 1)
    await time.advance(8 * 86_400_000)
    push(1000, 1001)
    afterKill()
    expect(takeAll(queue)).toEqual([])
    expect(queue.drops.expired).toBe(maxBatch + 2)
    push(2000, 2001)
    expect(takeAll(queue)).toEqual([2000])
  })

  it('reads back what it could not hold in memory', () => {
    queue.close()
    queue = open({ maxInMemory: maxBatch })
    for (let n = 0; n < 6; n++) push(n * maxBatch, (n + 1) * maxBatch)
    expect(takeAll(queue)).toEqual(numbers(0, 6 * maxBatch))
  })

  it('goes on in memory and says so when the disk cannot be written, and writes again later', async () => {
    rmSync(file('.'), { recursive: true })
    push(0, 3)
    expect(queue.problem).toMatch(/export queue cannot be written: ENOENT/)
    expect(queue.size).toBe(3)
    await time.advance(6000)
    expect(takeAll(queue)).toEqual([0, 1, 2])
  })

  it('belongs to one living process', () => {
    const code = `process.stdout.write(String(process.pid))`
    const gone = spawnSync(process.execPath, ['-e', code]).stdout.toString()
    writeFileSync(file('lock'), String(process.ppid))
    expect(openDiskQueue({ folder: file('.'), clock: time })).toBeUndefined()
    writeFileSync(file('lock'), gone)
    queue = open()
    expect(queue.size).toBe(0)
  })

  it('leaves files alone that are not its own', () => {
    appendFileSync(file('notes.txt'), 'mine')
    afterKill()
    expect(readFileSync(file('notes.txt'), 'utf8')).toBe('mine')
  })

  it('leaves everything on disk when it is closed', () => {
    for (let n = 0; n < 5; n++) queue.push(numberedSpan(n))
    queue.close()
    expect(queue.drops.closed).toBe(0)
    queue = open()
    expect(takeAll(queue)).toEqual(numbers(0, 5))
  })
})
