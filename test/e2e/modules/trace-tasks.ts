/** A tree of three levels whose code makes spans of its own: crawl, its batches, and the chunks of a batch. */
import { trace } from '@opentelemetry/api'
import { defineSupervisor, defineTask } from 'taskscope'

const tracer = trace.getTracer('trace-tasks')

const embed = defineTask({
  name: 'embed',
  label: (chunk: { readonly number: number }) => `chunk ${chunk.number}`,
  async run(ctx, chunk: { readonly number: number }) {
    await tracer.startActiveSpan('POST /embeddings', async (span) => {
      span.setAttribute('http.request.method', 'POST')
      console.log(`embedding ${chunk.number}`)
      await ctx.sleep(250)
      span.end()
    })
    return chunk.number
  },
})

const index = defineTask({
  name: 'index',
  label: (batch: { readonly name: string }) => batch.name,
  async run(ctx, batch: { readonly name: string }) {
    await ctx.spawn(embed, { number: 1 })
    await ctx.spawn(embed, { number: 2 })
    for (;;) {
      await ctx.checkpoint(`idle in ${batch.name}`)
      await ctx.sleep(50)
    }
  },
})

export const crawl = defineTask({
  name: 'crawl',
  async run(ctx) {
    await ctx.spawn(index, { name: 'batch-041' })
  },
})

export const work = defineSupervisor({
  name: 'work',
  strategy: 'one_for_one',
  intensity: 3,
  periodMs: 5000,
  children: [{ id: 'crawl', task: crawl, restart: 'temporary' }],
})
