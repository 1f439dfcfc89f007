import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../../core/model/identity.ts'
import { createScene, done, keyOf, transition } from './scene.ts'

describe('history of ended tasks', () => {
  it('stays within its budget, whichever tasks end, are cleared or forgotten, and keeps the newest', () => {
    const task = fc.record({ lines: fc.integer({ min: 0, max: 6 }), clear: fc.integer({ min: 0, max: 9 }) })
    fc.assert(
      fc.property(
        fc.array(task, { maxLength: 40, size: 'max' }),
        fc.integer({ min: 1, max: 20 }),
        (tasks, maxFinished) => {
          const maxHistory = 12
          const { registry, emit, run } = createScene({ maxHistory, maxFinished })
          tasks.forEach(({ lines, clear }, index) => {
            const id = nodeId(`t${index}`)
            run(id)
            emit({ kind: 'task.log', id, lines: Array.from({ length: lines }, () => ({ stream: 'log', text: 'x' })) })
            emit(transition(id, 'running', 'completed', { outcome: done }))
            const kept = Array.from(registry.rows(), (row) => registry.detail(row.key)?.logs.items.length ?? 0)
            expect(kept.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(maxHistory)
            expect(registry.detail(keyOf(id))?.logs.items).toHaveLength(lines)
            if (clear === 0) registry.clearFinished()
          })
        },
      ),
    )
  })
})
