/** Children and spans of code that say in their names when they began, and stay open. */
import { trace } from '@opentelemetry/api'
import { defineTask } from 'taskscope'

const tracer = trace.getTracer('open-spans')

const child = defineTask({
  name: 'child',
  label: (began: number) => `began ${began}`,
  run: async (ctx) => {
    await ctx.sleep(600_000)
  },
})

export const opener = defineTask({
  name: 'opener',
  run: async (ctx) => {
    // Time for a person to look at its spans.
    await ctx.requestInput({ message: 'Begin?' })
    for (let n = 0; n < 6; n++) {
      await ctx.sleep(300)
      ctx.spawn(child, Date.now())
      await ctx.sleep(300)
      tracer.startSpan(`code began ${Date.now()}`)
    }
    await ctx.sleep(600_000)
  },
})
