/** Tasks with inputs of every kind, and output of every kind. */
import { defineTask } from 'taskscope'
import { z } from 'zod'

const sites = ['docs.example.dev', 'blog.example.dev']

/** A zod schema that a form can show, with a rule that no form can know. */
export const crawl = defineTask({
  name: 'crawl',
  input: z.object({
    site: z.string().refine((site) => sites.includes(site), 'this site is not ours'),
    pages: z.number().int().min(1).max(50),
    images: z.boolean().default(false),
  }),
  run: (_ctx, input) => ({ crawled: `${input.pages} pages of ${input.site}`, images: input.images }),
})

/** Too deep for a form. */
export const index = defineTask({
  name: 'index',
  input: z.object({ batches: z.array(z.object({ from: z.number(), to: z.number() })) }),
  run: (_ctx, input) => input.batches.reduce((sum, batch) => sum + batch.to - batch.from, 0),
})

/** Writes in every way, and with characters that would turn the text around them. */
export const talker = defineTask({
  name: 'talker',
  label: () => 'invoice\u202Efdp.exe',
  run: async (ctx) => {
    console.log('by console.log')
    await ctx.sleep(5)
    process.stdout.write('by stdout\n')
    process.stderr.write('by stderr\n')
    console.error('by console.error')
    ctx.log('by ctx.log')
    console.log('right\u202Eto\u2066left\u0007')
    return { file: 'report\u202Efdp.js' }
  },
})

export const quiet = defineTask({ name: 'quiet', run: async (ctx) => ctx.sleep(600_000) })

export const fails = defineTask({
  name: 'fails',
  run: () => {
    throw new RangeError('look here')
  },
})
