/** The source of the module whose tasks the behaviour tests run, once in each isolation. */
export function behaviours(isolation: 'inline' | 'thread' | 'process'): string {
  return `
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
import { defineTask as define } from 'taskscope'

const defineTask = (options) => define({ isolation: '${isolation}', ...options })
const fields = (key) => ({ '~standard': { version: 1, vendor: 'test', validate: (value) =>
  typeof value?.[key] === 'number' ? { value } : { issues: [{ message: 'must be a number', path: [key] }] } } })
function spin(ms) {
  const until = Date.now() + ms
  while (Date.now() < until);
}
export const adds = defineTask({
  name: 'adds',
  input: fields('a'),
  run: (ctx, input) => {
    ctx.log('adding')
    console.log('to the console')
    ctx.progress({ current: 1, total: 2, message: 'half' })
    return { sum: input.a + 1, same: ctx.id.length > 0, at: ctx.input.a }
  },
})
export const steps = defineTask({
  name: 'steps',
  state: () => ({ at: 0 }),
  run: async (ctx) => {
    for (let n = 1; n <= 1000; n++) {
      ctx.state.at = n
      await ctx.checkpoint('page ' + n)
      await ctx.sleep(1)
    }
    return 'all'
  },
})
export const rushes = defineTask({
  name: 'rushes',
  run: async (ctx) => { for (let n = 1; ; n++) await ctx.checkpoint('page ' + n) },
})
export const blocked = defineTask({
  name: 'blocked',
  run: (ctx) => {
    ctx.progress({ current: 1 })
    spin(30)
    ctx.progress({ current: 2 })
    execFileSync(process.execPath, ['-e', 'setTimeout(() => {}, 15000)'], { env: { ELECTRON_RUN_AS_NODE: '1' } })
  },
})
function waitInCall(ctx, file) {
  ctx.progress({ current: 1 })
  spin(30)
  ctx.progress({ current: 2 })
  const untilItIsThere = 'setInterval(() => fs.existsSync(process.argv[1]) && process.exit(), 10)'
  execFileSync(process.execPath, ['-e', untilItIsThere, file], { env: { ELECTRON_RUN_AS_NODE: '1' } })
}
export const waits = defineTask({
  name: 'waits',
  run: async (ctx, { file, then }) => {
    if (then === 'aside') void ctx.requestInput({ message: '?' })
    waitInCall(ctx, file)
    if (then === 'spawn') await ctx.spawn(idler)
    if (then === 'ask') await ctx.requestInput({ message: '?' })
    for (let n = 1; ; n++) await ctx.checkpoint('page ' + n)
  },
})
export const turns = defineTask({
  name: 'turns',
  run: async (ctx, { file }) => {
    ctx.progress({ current: 1 })
    while (!existsSync(file)) spin(1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (let n = 1; ; n++) await ctx.checkpoint('page ' + n)
  },
})
export const sleeps = defineTask({ name: 'sleeps', run: (ctx) => ctx.sleep(600_000) })
export const tidies = defineTask({
  name: 'tidies',
  run: async (ctx, { file }) => {
    try {
      await ctx.sleep(600_000)
    } finally {
      await new Promise((resolve) => setTimeout(resolve, 20))
      appendFileSync(file, 'tidied ' + ctx.signal.aborted + ' ' + ctx.signal.reason.message)
    }
  },
})
export const returns = defineTask({
  name: 'returns',
  run: async (ctx) => {
    await ctx.sleep(600_000).catch(() => undefined)
    return 'anyway'
  },
})
export const stubborn = defineTask({
  name: 'stubborn',
  run: async (ctx) => {
    for (;;) {
      await ctx.sleep(10).catch(() => new Promise((resolve) => setTimeout(resolve, 10)))
    }
  },
})
export const slow = defineTask({ name: 'slow', timeoutMs: 200, run: (ctx) => ctx.sleep(600_000) })
const child = define({ name: 'child', run: async (ctx, n) => { await ctx.checkpoint('child'); return n * 2 } })
const idler = define({ name: 'idler', run: (ctx) => ctx.sleep(600_000) })
export const spawns = defineTask({
  name: 'spawns',
  run: async (ctx) => {
    const first = ctx.spawn(child, 20)
    const second = ctx.spawn(child, 1)
    return (await first) + (await second)
  },
})
export const family = defineTask({ name: 'family', run: async (ctx) => { ctx.spawn(idler); await ctx.spawn(idler) } })
export const asks = defineTask({
  name: 'asks',
  run: async (ctx) => {
    const answer = await ctx.requestInput({
      message: 'how many?',
      schema: fields('n'),
    })
    return answer
  },
})
export const throwsError = defineTask({
  name: 'throws-error',
  run: () => {
    class Odd extends Error { name = 'Odd'; code = 42 }
    throw new Odd('broken', { cause: new TypeError('below') })
  },
})
export const throwsValue = defineTask({ name: 'throws-value', run: () => { throw { odd: true } } })
export const exits = defineTask({ name: 'exits', run: (ctx) => ctx.exit('enough') })
export const rejects = defineTask({
  name: 'rejects',
  run: async (ctx) => { void Promise.reject(new Error('forgotten')); await ctx.sleep(50); return 'lives' },
})
export const unclonable = defineTask({ name: 'unclonable', run: () => () => 'a function' })
export const busy = defineTask({
  name: 'busy',
  state: () => ({ lines: 0 }),
  run: (ctx, { file }) => {
    for (;;) {
      spin(1)
      appendFileSync(file, 'line\\n')
      ctx.state.lines += 1
      ctx.progress({ current: ctx.state.lines })
    }
  },
})
export const busySlow = defineTask({
  name: 'busy-slow', timeoutMs: 200, run: () => { for (;;) spin(10) },
})
export const statements = defineTask({
  name: 'statements',
  run: (ctx) => {
    let n = 0
    ctx.progress({ current: 1 })
    spin(20)
    ctx.progress({ current: 2 })
    for (;;) {
      n = n + 1
      spin(1)
      n = n - 1
      spin(1)
    }
  },
})
export const ends = defineTask({ name: 'ends', run: async (ctx) => { ctx.spawn(idler); await ctx.sleep(20); process.exit(3) } })
export const uncaught = defineTask({
  name: 'uncaught',
  run: (ctx) => { setTimeout(() => { throw new Error('from a timer') }, 20); return ctx.sleep(600_000) },
})
export const hungry = defineTask({
  name: 'hungry',
  ...('${isolation}' === 'inline' ? {} : { memoryMb: 48 }),
  run: async () => { const all = []; for (;;) { all.push(new Array(50_000).fill(Math.random())); await undefined } },
})
`
}
