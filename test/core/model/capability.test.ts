import { describe, expect, it } from 'vitest'
import { offer } from '../../../core/model/capability.ts'
import { controlNamesOfTasks, rowIn } from './rows.ts'

describe('what is offered on a row', () => {
  it('offers on a running task what its source can do, and says why not', () => {
    expect(offer(rowIn('running'), 'suspend')).toEqual({ offered: true })
    expect(offer(rowIn('running', { capabilities: { kill: 'it shares its host' } }), 'kill')).toEqual({
      offered: false,
      reason: 'it shares its host',
    })
    expect(offer(rowIn('running', { capabilities: {} }), 'suspend')).toEqual({
      offered: false,
      reason: 'a has no suspend',
    })
  })

  it.each(['completed', 'failed', 'cancelled'] as const)('offers on a %s task only to run it again', (state) => {
    expect(controlNamesOfTasks.filter((name) => offer(rowIn(state), name).offered)).toEqual(['retry'])
  })

  it('lets what is being cancelled neither be held nor cancelled again', () => {
    expect(offer(rowIn('cancelling'), 'suspend')).toEqual({ offered: false, reason: 'it is being cancelled' })
    expect(offer(rowIn('cancelling'), 'cancel')).toEqual({ offered: false, reason: 'it is being cancelled already' })
  })

  it('offers step only on a task that stands still', () => {
    const hold = { id: 'h', owner: { kind: 'person' }, how: 'checkpoint', requestedAt: 1 } as const
    expect(offer(rowIn('running'), 'step')).toEqual({ offered: false, reason: 'it is not held' })
    expect(offer(rowIn('running', { holds: [hold] }), 'step')).toEqual({
      offered: false,
      reason: 'it is not suspended yet',
    })
    expect(offer(rowIn('suspended', { holds: [hold] }), 'step')).toEqual({ offered: true })
    expect(offer(rowIn('suspended', { holds: [hold] }), 'suspend')).toEqual({
      offered: false,
      reason: 'you hold it already',
    })
  })
})
