import { describe, expect, it } from 'vitest'
import { attributeNames, lifecycleScope } from '../../../core/telemetry/attribute-names.ts'
import { attributesOf, shownNames, shownScope, spanDataOf } from '../../../renderer/trace/span-attributes.ts'
import { spanTree } from '../../../renderer/trace/span-tree.ts'
import { ids, start, stay, task, traceId, traceOf } from './span-samples.ts'

const held = task(1, { id: 'i', name: 'index', trace: ids('00f067aa0ba902b7'), at: 0, state: 'suspended' }, [
  stay('running', 0, 500),
  stay('suspended', 500, undefined, { why: { text: 'by you', detail: 'at page 3' }, by: { kind: 'person' } }),
])

describe('what a span on screen says', () => {
  it('has the names under which it leaves for a collector', () => {
    for (const [key, name] of Object.entries(shownNames))
      expect(Object.entries(attributeNames)).toContainEqual([key, name])
    expect(shownScope).toEqual(lifecycleScope)
  })

  it('is who brought a state, why, and from where', () => {
    const [, , suspended] = spanTree(traceOf([held])).nodes
    expect(suspended && attributesOf(suspended)).toMatchObject({
      'taskscope.state': 'suspended',
      'taskscope.entered.from': 'running',
      'taskscope.entered.by': 'you',
      'taskscope.entered.why': 'by you · at page 3',
    })
  })

  it('is open when it is copied while it is open', () => {
    const [whole, , suspended] = spanTree(traceOf([held])).nodes
    const copied = suspended && spanDataOf(suspended, traceId)
    expect(copied).toMatchObject({ parentSpanId: whole?.spanId, start: start + 500, status: { code: 'unset' } })
    expect(copied).not.toHaveProperty('end')
    expect(copied?.attributes).toMatchObject({ 'taskscope.pending': true })
  })
})
