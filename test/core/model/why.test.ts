import { describe, expect, it } from 'vitest'
import type { ControlRecord, ControlVerb } from '../../../core/model/control.ts'
import type { NodeRow, TaskRow } from '../../../core/model/row.ts'
import { whyOf } from '../../../core/model/why.ts'
import { created, createScene, keyOf, request, taskRow } from '../registry/scene.ts'

const now = 100_000

function row(facts: Partial<TaskRow> = {}): TaskRow {
  const { registry, emit } = createScene()
  emit(created('a'))
  return {
    ...taskRow(registry, keyOf('a')),
    state: 'running',
    createdAt: now - 60_000,
    stateAt: now - 60_000,
    ...facts,
  }
}

function wish(command: ControlVerb, ageMs: number, facts: Partial<ControlRecord> = {}): ControlRecord {
  return { request: request('c', keyOf('a'), command, now - ageMs), ...facts }
}

const you = { kind: 'person' } as const
const hold = { id: 'h', owner: you, how: 'checkpoint', requestedAt: now - 4000, effectiveAt: now - 3000 } as const

describe('why a task is as it is', () => {
  it('keeps an open wish apart from the state, with its age and what it waits for', () => {
    const checkpoint = { label: 'page 41', at: now - 4800 }
    expect(whyOf(row({ control: wish({ verb: 'suspend' }, 1200), checkpoint }), now)).toEqual({
      text: 'suspend requested 1.2 s',
      detail: 'last checkpoint 4.8 s',
      tone: 'suspended',
    })
    expect(whyOf(row({ control: wish({ verb: 'suspend' }, 3200), isolation: 'inline' }), now)).toMatchObject({
      text: 'suspend requested 3.2 s',
      detail: 'no checkpoint yet',
    })
  })

  it('names the children of a task that runs, unless it says something of itself', () => {
    expect(whyOf(row(), now, 2).text).toBe('2 children are not done')
    expect(whyOf(row(), now, 1).text).toBe('1 child is not done')
    expect(whyOf(row(), now).text).toBe('')
    expect(whyOf(row({ progress: { current: 1, message: 'page 41' } }), now, 2).text).toBe('page 41')
    expect(whyOf(row({ state: 'completed' }), now, 2).text).toBe('')
  })

  it('never says that an acknowledged cancel has taken effect', () => {
    const control = wish({ verb: 'cancel' }, 4000, { acknowledgedAt: now - 3400 })
    expect(whyOf(row({ control }), now)).toEqual({ text: 'cancel acknowledged 3.4 s', tone: 'cancelling' })
    expect(whyOf(row({ control, state: 'cancelling' }), now).detail).toBe('cleaning up')
    expect(whyOf(row({ control, checkpoint: { label: 'x', at: now - 100 } }), now).detail).toBe('still showing life')
  })

  it('says that nobody answers, and that a wish was refused, with the reason', () => {
    expect(whyOf(row({ control: wish({ verb: 'step' }, 5200, { noAnswerAt: now - 200 }) }), now)).toMatchObject({
      text: 'no answer to step for 5.2 s',
      tone: 'failed',
    })
    const refused = wish({ verb: 'kill' }, 10, { refusedAt: now, refusal: 'an inline task shares its host' })
    expect(whyOf(row({ control: refused }), now)).toEqual({
      text: 'kill refused',
      detail: 'an inline task shares its host',
      tone: 'failed',
    })
  })

  it('forgets an open wish once the task has ended', () => {
    const ended = row({ state: 'failed', why: { text: 'it broke' }, control: wish({ verb: 'suspend' }, 10) })
    expect(whyOf(ended, now)).toEqual({ text: 'it broke' })
  })

  it('says who holds it, since when and where', () => {
    const held = row({
      state: 'suspended',
      holds: [{ ...hold, at: 'page 41' }],
      checkpoint: { label: 'page 41', at: now - 3000 },
    })
    expect(whyOf(held, now)).toEqual({ text: 'by you 3 s ago', detail: 'at checkpoint page 41' })
    const before = row({
      state: 'suspended',
      holds: [{ ...hold, at: 'its start' }],
      why: { text: 'by you', detail: 'before its start' },
    })
    expect(whyOf(before, now).detail).toBe('before its start')
    const twice = row({ state: 'suspended', holds: [{ ...hold, id: 'h2' }, hold] })
    expect(whyOf(twice, now).detail).toBe('one more hold')
  })

  it('says how long frames are held while the task keeps its own state', () => {
    expect(whyOf(row({ holds: [{ ...hold, how: 'frames', effectiveAt: now - 8000 }] }), now)).toEqual({
      text: 'frames held 8 s',
      tone: 'suspended',
    })
  })

  it('tells the truth about a task whose work goes on after its end', () => {
    const life = {
      since: now - 3400,
      lastSign: now - 400,
      text: 'still showing life: 3 progress notices since it ended',
    }
    expect(whyOf(row({ state: 'cancelled', stillRunning: life }), now)).toEqual({
      text: 'cancel acknowledged 3.4 s',
      detail: 'still showing life: 3 progress notices since it ended',
      tone: 'cancelling',
    })
    const abandoned = row({
      state: 'failed',
      failure: 'abandoned',
      stillRunning: { ...life, text: 'its function still runs' },
    })
    expect(whyOf(abandoned, now)).toMatchObject({
      text: 'abandoned 3.4 s ago',
      detail: 'its function still runs, last sign 400 ms ago',
    })
  })

  it('says why it is being cancelled and for how long it has cleaned up', () => {
    const facts = { state: 'cancelling', stateAt: now - 2000 } as const
    expect(whyOf(row({ ...facts, cause: 'cancel', why: { text: 'by you', detail: 'enough' } }), now)).toEqual({
      text: 'by you',
      detail: 'enough, cleaning up for 2 s',
    })
    expect(whyOf(row({ ...facts, cause: 'timeout' }), now).text).toBe('ran out of its time')
  })

  it('says what it asks, what it does, and what broke it', () => {
    const asks = { text: 'asks', detail: 'which one?' }
    expect(whyOf(row({ state: 'input_required', questions: 1, why: asks }), now)).toEqual(asks)
    expect(whyOf(row({ state: 'input_required', questions: 2, why: asks }), now)).toEqual({ text: 'asks 2 questions' })
    expect(whyOf(row({ progress: { current: 1, message: 'page 1' } }), now)).toEqual({ text: 'page 1' })
    expect(whyOf(row({ state: 'failed', failure: 'error', why: { text: 'no such host' } }), now)).toEqual({
      text: 'no such host',
    })
    expect(whyOf(row({ state: 'failed', failure: 'timeout', timeoutMs: 30_000, why: { text: 'x' } }), now)).toEqual({
      text: 'timeout after 30 s running',
      detail: '−32009',
    })
    expect(whyOf(row({ phase: 'draining' }), now).text).toBe('its function has ended, its children have not')
    expect(whyOf(row(), now)).toEqual({ text: '' })
  })
})

describe('why a node is as it is', () => {
  const supervisor: NodeRow = {
    key: keyOf('sup'),
    source: row().source,
    id: row().id,
    name: 'top',
    ord: 1,
    capabilities: {},
    createdAt: 0,
    node: 'supervisor',
    status: 'open',
    facts: { strategy: 'one_for_one' },
  }

  it('says by which strategy it restarts, and how often it has', () => {
    expect(whyOf(supervisor, now)).toEqual({ text: 'one for one' })
    expect(whyOf({ ...supervisor, facts: { restarts: 2, intensity: 3 } }, now)).toEqual({
      text: 'restarted children 2 times',
      detail: 'one restart left',
    })
    expect(whyOf({ ...supervisor, why: { text: 'gave up' } }, now)).toEqual({ text: 'gave up' })
  })
})
