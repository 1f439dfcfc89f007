/** Tasks whose results no formatter likes, and one that throws such a thing. */
import { defineTask } from 'taskscope'

const untouchable = new Proxy(
  {},
  {
    // Whoever awaits it reads its `then`; that much is allowed.
    get: (_target, key) => {
      if (key === 'then') return undefined
      throw new Error('do not read me')
    },
    ownKeys: () => {
      throw new Error('do not look at me')
    },
    getPrototypeOf: () => {
      throw new Error('do not ask what I am')
    },
  },
)

export const getter = defineTask({
  name: 'getter',
  run: () => ({
    fine: 'this part is readable',
    get broken(): string {
      throw new Error('no value today')
    },
  }),
})

export const proxy = defineTask({ name: 'proxy', run: () => untouchable })

export const cycle = defineTask({
  name: 'cycle',
  run: () => {
    const circle: { name: string; self?: unknown } = { name: 'ouroboros' }
    circle.self = circle
    return circle
  },
})

export const bigint = defineTask({ name: 'bigint', run: () => ({ atoms: 10n ** 80n }) })

export const huge = defineTask({ name: 'huge', run: () => 'x'.repeat(100_000_000) })

export const throwsOdd = defineTask({
  name: 'throws-odd',
  run: () => {
    throw untouchable
  },
})
