import { describe, expect, it } from 'vitest'
import type { OrderedEvent, TaskEventBody } from '../../../core/model/event.ts'
import { nodeId, sourceId } from '../../../core/model/identity.ts'
import { eventLine } from '../../../renderer/detail/event-line.ts'

const id = nodeId('t')

function line(body: TaskEventBody) {
  return eventLine({ v: 1, source: sourceId('demo'), seq: 1, at: 1, ord: 1, ...body } as OrderedEvent)
}

describe('an event as a line', () => {
  it('says from where to where, by whom and why', () => {
    const error = { name: 'Error', message: 'refused' }
    expect(
      line({
        kind: 'task.state',
        id,
        from: 'input_required',
        to: 'failed',
        by: { kind: 'person' },
        outcome: { status: 'failed', kind: 'killed', error },
      }),
    ).toEqual({ kind: 'state', text: 'input required → killed · by you · refused', face: 'killed', tone: 'error' })
  })

  it('counts what was folded', () => {
    expect(line({ kind: 'task.progress', id, current: 3, total: 9, message: 'page', folded: 12 }).text).toBe(
      '3 of 9 · page · 12 folded',
    )
  })

  it('shows kinds that it does not know by their name', () => {
    expect(line({ kind: 'task.dreams' } as unknown as TaskEventBody)).toEqual({ kind: 'task.dreams', text: '' })
  })
})
