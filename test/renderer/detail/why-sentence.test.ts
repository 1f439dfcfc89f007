import { describe, expect, it } from 'vitest'
import { controlId } from '../../../core/model/identity.ts'
import { failureKinds, lifecycleStates } from '../../../core/model/lifecycle.ts'
import type { TaskRow } from '../../../core/model/row.ts'
import { whySentence, whyTitle } from '../../../renderer/detail/why-sentence.ts'
import { nodeRow, type SampleTask, taskRow } from '../preview/sample-rows.ts'
import { detailOf } from './render-window.tsx'

const now = 1_000_000

function task(facts: Partial<SampleTask>): TaskRow {
  return taskRow(now, 1, { id: 't', of: 'demo', name: 't', ...facts })
}

describe('why a task is as it is', () => {
  it.each([
    [{ state: 'pending', why: { text: 'starts after crawl' } }, 'Starts after crawl.'],
    [{ state: 'pending', why: { text: 'page.ts has changed' } }, 'page.ts has changed.'],
    [{ phase: 'draining' }, 'Its own function has returned. It stays open until its children have ended.'],
    [
      {
        state: 'suspended',
        holds: [
          {
            id: 'h',
            owner: { kind: 'person' },
            how: 'checkpoint',
            requestedAt: now - 3100,
            effectiveAt: now - 3000,
            at: 'page 41',
          },
        ],
      },
      'You have held it for 3.0 s, at checkpoint page 41. None of its own code runs.',
    ],
    [
      { state: 'cancelling', cause: 'timeout', timeoutMs: 30_000 },
      'It ran out of its 30.0 s of running time and is cleaning up. It will end as failed.',
    ],
    [
      { state: 'failed', failure: 'timeout', timeoutMs: 30_000, endedAt: now },
      'It ran longer than its 30.0 s (code −32009).',
    ],
    [
      { state: 'failed', failure: 'abandoned', endedAt: now },
      'It did not end within its grace, so the tree let it go. Its function may still run.',
    ],
    [
      {
        state: 'cancelled',
        why: { text: 'by you' },
        stillRunning: { since: now - 9000, lastSign: now - 500, text: '9 progress notices' },
      },
      'By you. It still shows life, 500 ms ago: 9 progress notices.',
    ],
  ] satisfies readonly (readonly [Partial<SampleTask>, string])[])('%j', (facts, sentence) => {
    expect(whySentence(task(facts), undefined, now)).toBe(sentence)
  })

  it('never says suspended of a task that was only asked', () => {
    const row = task({ checkpoint: { label: 'chunk 1', at: now - 5000 } })
    const request = {
      id: controlId('c'),
      target: row.key,
      by: { kind: 'person' },
      requestedAt: now - 1200,
      command: { verb: 'suspend' },
    } as const
    const sentence = whySentence(row, detailOf(row, { controls: [{ request, acknowledgedAt: now - 1198 }] }), now)
    expect(sentence).toBe(
      'You asked it to suspend 1.2 s ago. It runs inline, so it can be held only at a checkpoint, and it has reached none since.',
    )
  })

  it('says that a value came after cancel was requested', () => {
    const row = task({ state: 'completed', endedAt: now })
    const value = { format: 'json', text: '1', size: 1, truncated: false } as const
    const detail = detailOf(row, { outcome: { status: 'completed', value, afterCancelRequest: true } })
    expect(whySentence(row, detail, now)).toContain('after cancel was requested')
  })

  it('says by whom it was cancelled once', () => {
    const row = task({ state: 'cancelled', endedAt: now })
    const say = (reason: string) =>
      whySentence(row, detailOf(row, { outcome: { status: 'cancelled', by: { kind: 'person' }, reason } }), now)
    expect(say('wrong input')).toBe('Cancelled by you: wrong input.')
    expect(say('cancelled by you')).toBe('Cancelled by you, without a reason.')
  })

  it('has a title and whole sentences for every state and kind of failure', () => {
    const rows = [
      ...lifecycleStates.map((state) => task({ state })),
      ...failureKinds.map((failure) => task({ state: 'failed', failure })),
      ...(['opening', 'open', 'frozen', 'closing', 'closed', 'failed', 'lost'] as const).map((status) =>
        nodeRow('demo', 0, now, { status }),
      ),
    ]
    for (const row of rows) {
      expect(whyTitle(row)).toMatch(/^(Why|How) it /)
      expect(whySentence(row, undefined, now)).toMatch(/^[A-Z].*\.$/)
    }
  })
})
