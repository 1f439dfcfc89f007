import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeKey } from '../../../core/model/identity.ts'
import type { Row } from '../../../core/model/row.ts'
import { arbitraryEvents } from '../registry/arbitrary-events.ts'
import { createFeedScene, type Viewing, view } from './feed-scene.ts'

/** What happens between two events: a viewer that delivers late, stops looking, or comes back on another port. */
const moves = [
  'nothing',
  'time',
  'deliver down',
  'deliver up',
  'frame',
  'freeze',
  'thaw',
  'reconnect',
  'clear',
] as const

describe('feed: however slowly, frozen or often reconnected it is read', () => {
  it('shows the rows, the detail and the lanes of the registry in the end', () => {
    fc.assert(
      fc.property(
        arbitraryEvents,
        fc.array(fc.constantFrom(...moves), { minLength: 120, maxLength: 120 }),
        (events, script) => {
          const scene = createFeedScene({ maxFinished: 3 })
          let viewing = scene.connect()
          const { client } = viewing
          const copy = new Map<NodeKey, Row | undefined>()
          client.onChange((change) => {
            const before = new Set(copy.keys())
            for (const key of change.removed) copy.delete(key)
            for (const key of change.changed) copy.set(key, client.rows.get(key))
            if (!change.structural) expect(new Set(copy.keys())).toEqual(before)
          })
          const watched = ['s/a', 's/b'] as NodeKey[]
          client.watch({ detail: 's/a' as NodeKey, lanes: watched })
          events.forEach((event, index) => {
            scene.registry.apply(event)
            viewing = move(viewing, script[index])
          })
          client.thaw()
          viewing.frames(30)
          const rows = [...scene.registry.rows()]
          expect([...client.rows.values()].sort((one, other) => one.ord - other.ord)).toEqual(rows)
          expect(copy).toEqual(client.rows)
          expect(client.detail).toEqual(scene.registry.detail('s/a' as NodeKey))
          for (const key of watched) {
            const lane = scene.registry.lane(key)
            if (lane !== undefined) expect(client.lanes.get(key)).toEqual(lane)
          }
          expect(client.waiting).toBe(0)

          function move(current: Viewing, what: (typeof moves)[number] | undefined): Viewing {
            switch (what) {
              case 'time':
                scene.time.advanceSync(7)
                break
              case 'deliver down':
                current.down.deliver()
                break
              case 'deliver up':
                current.up.deliver()
                break
              case 'frame':
                current.frame()
                break
              case 'freeze':
                client.freeze()
                break
              case 'thaw':
                client.thaw()
                break
              case 'clear':
                scene.registry.clearFinished()
                break
              case 'reconnect':
                current.down.close()
                return view(scene.server, scene.time, client)
              default:
            }
            return current
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})
