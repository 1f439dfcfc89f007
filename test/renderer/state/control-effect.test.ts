import { describe, expect, it } from 'vitest'
import type { ControlRequest, ControlVerb } from '../../../core/model/control.ts'
import { controlId } from '../../../core/model/identity.ts'
import { settledBy } from '../../../renderer/state/control-effect.ts'
import { keyOf, task } from '../row-samples.ts'

const you = { kind: 'person' } as const

function request(command: ControlVerb): ControlRequest {
  return { id: controlId('c1'), target: keyOf('a'), by: you, requestedAt: 2000, command }
}

describe('whether a control has taken effect', () => {
  it('is unknown while the row only says that it was requested', () => {
    const suspend = request({ verb: 'suspend' })
    const row = task('a', { control: { request: suspend, acknowledgedAt: 2001 } })
    expect(settledBy(suspend, row, undefined)).toBeUndefined()
  })

  it('is not told by a hold that was there before', () => {
    const hold = { id: 'h', owner: you, how: 'checkpoint' as const, requestedAt: 100, effectiveAt: 150 }
    expect(settledBy(request({ verb: 'suspend' }), task('a', { holds: [hold] }), undefined)).toBeUndefined()
  })

  it('is told by your hold that stands since the request', () => {
    const hold = { id: 'h', owner: you, how: 'checkpoint' as const, requestedAt: 2000, effectiveAt: 2041 }
    const row = task('a', { state: 'suspended', stateAt: 2041, holds: [hold] })
    expect(settledBy(request({ verb: 'suspend' }), row, undefined)).toEqual({ end: 'effective', at: 2041 })
  })

  it('does not take the end of a task for a cancel that was asked before another end', () => {
    const row = task('a', { state: 'completed', stateAt: 2500, endedAt: 2500 })
    expect(settledBy(request({ verb: 'cancel' }), row, undefined)).toBeUndefined()
  })

  it('is told by a refusal', () => {
    const step = request({ verb: 'step' })
    const row = task('a', { control: { request: step, refusedAt: 2002, refusal: 'not suspended' } })
    expect(settledBy(step, row, undefined)).toEqual({ end: 'refused', at: 2002, reason: 'not suspended' })
  })
})
