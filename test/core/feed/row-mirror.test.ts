import { describe, expect, it } from 'vitest'
import { RowMirror } from '../../../core/feed/row-mirror.ts'
import { nodeId } from '../../../core/model/identity.ts'
import { created, createScene, keyOf } from '../registry/scene.ts'

function rows(): ReturnType<typeof createScene> {
  const scene = createScene()
  scene.emit(created('a'))
  scene.emit(created('b'))
  return scene
}

describe('row mirror', () => {
  it('says that the order has to be made anew when a row gets another parent', () => {
    const { registry, emit } = rows()
    const mirror = new RowMirror()
    mirror.delta([...registry.rows()], [])
    mirror.takeChange()
    const moved = registry.row(keyOf('b'))
    expect(moved).toBeDefined()
    if (moved === undefined) return
    mirror.delta([{ ...moved, parent: keyOf('a') }], [])
    expect(mirror.takeChange()).toMatchObject({ changed: [keyOf('b')], structural: true })
    emit({ kind: 'task.progress', id: nodeId('a'), current: 1 })
    mirror.delta([...registry.rows()].slice(0, 1), [])
    expect(mirror.takeChange()).toMatchObject({ changed: [keyOf('a')], structural: false })
  })

  it('drops rows that a new snapshot lacks, but only with its last chunk', () => {
    const { registry } = rows()
    const [first, second] = [...registry.rows()]
    const mirror = new RowMirror()
    if (first === undefined || second === undefined) throw new Error('two rows were made')
    mirror.snapshot(0, 1, [first, second])
    mirror.takeChange()
    mirror.snapshot(0, 2, [second])
    expect(mirror.rows.size).toBe(2)
    mirror.snapshot(1, 2, [])
    expect(mirror.takeChange()).toMatchObject({ removed: [keyOf('a')], structural: true })
    expect([...mirror.rows.keys()]).toEqual([keyOf('b')])
  })

  it('says nothing when nothing changed, and nothing of what waits in a freeze', () => {
    const { registry } = rows()
    const mirror = new RowMirror()
    expect(mirror.takeChange()).toBeUndefined()
    mirror.freeze()
    mirror.delta([...registry.rows()], [])
    expect(mirror.takeChange()).toBeUndefined()
    expect(mirror.waiting).toBe(2)
    mirror.delta([], [keyOf('a')])
    expect(mirror.waiting).toBe(1)
  })
})
