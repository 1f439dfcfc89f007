/**
 * The source of a module whose tasks do what they are told over a local connection, one line at a time, wherever they
 * run: so a test can say when the code of a thread or a process does what, and hear whether it did.
 */
export function scriptedModule(isolation: 'thread' | 'process'): string {
  return `
import { createConnection } from 'node:net'
import { createInterface } from 'node:readline'
import { defineTask } from 'taskscope'

class Scripted extends Error {}

function connect(ctx, { port, key }) {
  const socket = createConnection(port, '127.0.0.1')
  const acts = []
  let wake = () => {}
  const hear = (line) => {
    acts.push(JSON.parse(line))
    wake()
  }
  // Without its test the task is of no use to anybody, and is ended with the host.
  const ignore = () => {}
  socket.on('error', ignore)
  createInterface(socket).on('line', hear).on('error', ignore)
  const say = (word) => socket.write(JSON.stringify({ key, id: ctx.id, pid: process.pid, word }) + '\\n')
  return { acts, say, close: () => socket.end(), whenMore: (resume) => { wake = resume } }
}

function next(ctx, line, stubborn) {
  line.say('waiting')
  return new Promise((resolve, reject) => {
    const take = () => {
      if (line.acts.length === 0) return line.whenMore(take)
      line.whenMore(() => {})
      resolve(line.acts.shift())
    }
    take()
    if (stubborn) return
    if (ctx.signal.aborted) reject(ctx.signal.reason)
    else ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason), { once: true })
  })
}

function spin(ms) {
  const until = Date.now() + ms
  while (Date.now() < until);
}

async function carryOut(ctx, act) {
  switch (act.do) {
    case 'progress': return ctx.progress({ current: act.current })
    case 'checkpoint': return ctx.checkpoint('here')
    case 'sleep': return ctx.sleep(600_000)
    case 'ask': return void (await ctx.requestInput({ message: '?' }))
    case 'spin': return spin(act.ms)
    case 'forget': return void Promise.reject(new Scripted('forgotten'))
    case 'exited':
      try { ctx.exit('scripted') } catch { throw new Scripted() }
      return
    case 'quit': return process.exit(3)
    case 'uncaught': return void setTimeout(() => { throw new Scripted('uncaught') }, 0)
    case 'spawn': {
      const child = ctx.spawn(inside, act.input, { id: act.input.key })
      if (act.awaits) await child
    }
  }
}

async function run(ctx, input) {
  const { stubborn } = input
  const line = connect(ctx, input)
  try {
    for (;;) {
      try {
        const act = await next(ctx, line, stubborn)
        if (act.do === 'returned') return 'value'
        if (act.do === 'threw') throw new Scripted()
        await carryOut(ctx, act)
      } catch (thrown) {
        if (thrown instanceof Scripted || !stubborn || !ctx.signal.aborted) throw thrown
      }
    }
  } finally {
    line.close()
  }
}

const inside = defineTask({ name: 'inside', run })
export const scripted = defineTask({ name: 'scripted', isolation: '${isolation}', run })
`
}
