import { describe, expect, it } from 'vitest'
import type { ControlRecord } from '../../../core/model/control.ts'
import { controlId, nodeId, nodeKey, sourceId } from '../../../core/model/identity.ts'
import { threeFacts } from '../../../renderer/detail/control-facts.ts'

const at = 1_000_000

function suspend(facts: Partial<ControlRecord> = {}, reason?: string): ControlRecord {
  return {
    request: {
      id: controlId('c1'),
      target: nodeKey(sourceId('demo'), nodeId('t1')),
      by: { kind: 'person' },
      requestedAt: at,
      command: { verb: 'suspend' },
      ...(reason === undefined ? {} : { reason }),
    },
    ...facts,
  }
}

describe('the three facts of a control', () => {
  it('waits for the acknowledgement, with its age and when it is overdue', () => {
    expect(threeFacts(suspend(), at + 1200)).toEqual({
      requested: { phase: 'happened', at, afterMs: 0 },
      acknowledged: { phase: 'waiting', ageMs: 1200, overdueInMs: 3800 },
      effective: { phase: 'notYet' },
    })
  })

  it('keeps acknowledged and effective apart', () => {
    expect(threeFacts(suspend({ acknowledgedAt: at + 3 }), at + 1200)).toMatchObject({
      acknowledged: { phase: 'happened', afterMs: 3 },
      effective: { phase: 'waiting', ageMs: 1200 },
    })
  })

  it('says what it met once it is effective', () => {
    const control = suspend({ acknowledgedAt: at + 3, effectiveAt: at + 812, effect: 'at chunk 402' }, 'look closer')
    expect(threeFacts(control, at + 9000)).toMatchObject({
      requested: { note: 'look closer' },
      acknowledged: { afterMs: 3 },
      effective: { phase: 'happened', afterMs: 812, note: 'at chunk 402' },
    })
  })

  it('puts a refusal where it came', () => {
    expect(
      threeFacts(suspend({ acknowledgedAt: at + 2, refusedAt: at + 2, refusal: 'not suspended' }), at),
    ).toMatchObject({
      acknowledged: { phase: 'happened' },
      effective: { phase: 'refused', reason: 'not suspended' },
    })
    expect(threeFacts(suspend({ refusedAt: at + 2, refusal: 'unknown task' }), at)).toMatchObject({
      acknowledged: { phase: 'refused', reason: 'unknown task' },
      effective: { phase: 'never' },
    })
  })

  it('reads no answer only when the registry says so, and an answer may still come', () => {
    expect(threeFacts(suspend({ acknowledgedAt: at + 2 }), at + 60_000).effective.phase).toBe('waiting')
    const late = suspend({ acknowledgedAt: at + 2, noAnswerAt: at + 5000 })
    expect(threeFacts(late, at + 6000).effective).toEqual({ phase: 'noAnswer', ageMs: 6000 })
    expect(threeFacts({ ...late, effectiveAt: at + 7000 }, at + 8000).effective).toMatchObject({ afterMs: 7000 })
  })

  it('does not invent an acknowledgement that never came', () => {
    expect(threeFacts(suspend({ effectiveAt: at + 40 }), at + 50)).toMatchObject({
      acknowledged: { phase: 'never' },
      effective: { phase: 'happened', afterMs: 40 },
    })
  })
})
