/**
 * What a first start shows: one supervised tree in which something progresses, waits, asks, fails, is cancelled, and
 * will not be held. It is an ordinary task module, loaded the way every other is, and nothing in it is faked.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { defineSupervisor, defineTask, type TaskContext } from 'taskscope'

const second = 1000

interface Crawl {
  readonly site: string
  readonly pages: number
}

interface Page {
  readonly path: string
  readonly kilobytes: number
}

/** One page, in pieces. `/api/legacy` is the one that the far end never lets through. */
const fetchPage = defineTask({
  name: 'fetch',
  description: 'Reads one page in pieces',
  label: (page: Page) => page.path,
  state: () => ({ received: 0 }),
  async run(ctx, page: Page) {
    for (ctx.state.received = 0; ctx.state.received < page.kilobytes; ctx.state.received += 40) {
      if (page.path === '/api/legacy' && ctx.state.received >= 80) throw unreachable(page)
      ctx.progress({ current: ctx.state.received, total: page.kilobytes, message: 'reading body' })
      await ctx.sleep(120)
    }
    return { status: 200, kilobytes: page.kilobytes }
  },
})

/** A failure as it comes in real life: with the reason behind the reason. */
function unreachable(page: Page): Error {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
  const broken = new Error('the connection ended after 80 kB', { cause: reset })
  return new Error(`GET ${page.path} failed`, { cause: broken })
}

const embed = defineTask({
  name: 'embed',
  description: 'Turns one chunk of text into numbers',
  label: (chunk: { readonly number: number }) => `chunk ${chunk.number}`,
  async run(ctx, chunk: { readonly number: number }) {
    await ctx.sleep(chunk.number === 17 ? 300 : 6 * second)
    return { dimensions: 384 }
  },
})

const indexBatch = defineTask({
  name: 'index',
  description: 'Embeds a batch of chunks, one after the other',
  label: (batch: { readonly name: string }) => batch.name,
  async run(ctx, batch: { readonly name: string }) {
    const total = 8
    for (let current = 0; current < total; current++) {
      ctx.progress({ current, total })
      await ctx.checkpoint(`${batch.name}, chunk ${17 + current}`)
      await ctx.spawn(embed, { number: 17 + current })
    }
    return { chunks: total }
  },
})

const firstPages: readonly Page[] = [
  { path: '/guide/intro', kilobytes: 80 },
  { path: '/api/legacy', kilobytes: 400 },
  { path: '/guide/control', kilobytes: 1200 },
]

export const crawl = defineTask({
  name: 'crawl',
  description: 'Walks a site page by page, with children for what it finds',
  label: (input: Crawl) => input.site,
  input: {
    type: 'object',
    properties: {
      site: { type: 'string', title: 'Site', default: 'docs.example.dev' },
      pages: { type: 'integer', title: 'Pages', minimum: 1, default: 100 },
    },
    required: ['site', 'pages'],
  },
  state: () => ({ pages: 0, failed: 0 }),
  async run(ctx, input: Crawl) {
    const index = ctx.spawn(indexBatch, { name: 'batch-041' })
    const found = firstPages.map((page) => ctx.spawn(fetchPage, page).outcome)
    const tooDeep = ctx.spawn(fetchPage, { path: '/blog', kilobytes: 900 })
    await ctx.sleep(400)
    tooDeep.cancel('deeper than depth 2', { kind: 'parent', name: 'crawl' })
    for (let page = 1; page <= input.pages; page++) {
      await ctx.checkpoint(`page ${page}`)
      ctx.state.pages = page
      ctx.progress({ current: page, total: input.pages })
      if (page % 10 === 0) console.log(`${page} pages of ${input.site} read`)
      if (page % 25 === 0) found.push(ctx.spawn(fetchPage, { path: `/reference/${page}`, kilobytes: 600 }).outcome)
      await ctx.sleep(2.4 * second)
    }
    await index
    const outcomes = await Promise.all(found)
    ctx.state.failed = outcomes.filter((outcome) => outcome.status === 'failed').length
    return { pages: ctx.state.pages, failed: ctx.state.failed }
  },
})

/**
 * Never awaits anything of its context, so it cannot be held at a checkpoint: only its host can be frozen. It can be
 * cancelled all the same, because it looks at its signal.
 */
export const tokenize = defineTask({
  name: 'tokenize',
  description: 'Busy with awaits of its own: suspend stays a request until the host is frozen',
  label: (input: { readonly file: string }) => input.file,
  input: {
    type: 'object',
    properties: { file: { type: 'string', title: 'File', default: 'corpus-05.txt' } },
    required: ['file'],
  },
  state: () => ({ tokens: 0 }),
  async run(ctx, input: { readonly file: string }) {
    const documents = 40
    for (let document = 1; document <= documents; document++) {
      for (let piece = 0; piece < 200; piece++) {
        ctx.signal.throwIfAborted()
        ctx.state.tokens += countTokens()
        await delay(40)
      }
      ctx.progress({ current: document, total: documents, message: input.file })
    }
    return { tokens: ctx.state.tokens }
  },
})

/** A millisecond or so of honest work. */
function countTokens(): number {
  let tokens = 0
  for (let n = 0; n < 50_000; n++) if ((n * 2654435761) % 7 === 0) tokens += 1
  return tokens
}

export const renderTiles = defineTask({
  name: 'render-tiles',
  description: 'Computes for 80 ms at a time, in a thread of its own',
  isolation: 'thread',
  label: (input: { readonly zoom: number }) => `z${input.zoom}`,
  input: {
    type: 'object',
    properties: { zoom: { type: 'integer', title: 'Zoom', minimum: 0, maximum: 20, default: 12 } },
    required: ['zoom'],
  },
  async run(ctx, input: { readonly zoom: number }) {
    const tiles = 4 ** 4
    for (let tile = 1; tile <= tiles; tile++) {
      await ctx.checkpoint(`tile ${tile}`)
      drawFor(80)
      ctx.progress({ current: tile, total: tiles, message: `zoom ${input.zoom}` })
      await ctx.sleep(second)
    }
    return { tiles }
  },
})

function drawFor(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end) countTokens()
}

export const report = defineTask({
  name: 'report',
  description: 'Asks before it publishes',
  label: () => 'nightly',
  async run(ctx: TaskContext) {
    const answer = await ctx.requestInput({
      message: 'Publish the nightly report?',
      schema: {
        type: 'object',
        properties: {
          channel: { type: 'string', title: 'Channel', enum: ['preview', 'public'], default: 'preview' },
          note: { type: 'string', title: 'Note for readers' },
        },
        required: ['channel'],
      },
    })
    if (answer.action !== 'accept') return { published: false }
    await ctx.sleep(second)
    return { published: true, with: answer.content }
  },
})

export const upload = defineTask({
  name: 'upload',
  description: 'The far end never answers; its time runs out',
  label: () => 'snapshot',
  timeoutMs: 30 * second,
  async run(ctx) {
    ctx.log('waiting for the first byte', 'warn')
    await ctx.sleep(600 * second)
  },
})

/** Forgets to await a promise that rejects. The mistake is told under this task; the others go on. */
export const leakProbe = defineTask({
  name: 'leak-probe',
  description: 'Leaves a rejection that nobody handles',
  async run(ctx) {
    void closeHandle()
    await ctx.sleep(700)
    return 'no handle is open'
  },
})

async function closeHandle(): Promise<void> {
  await delay(200)
  throw new Error('handle 7 was closed twice')
}

export const demo = defineSupervisor({
  name: 'demo',
  strategy: 'one_for_one',
  intensity: 3,
  periodMs: 60 * second,
  children: [
    { id: 'crawl', task: crawl, input: { site: 'docs.example.dev', pages: 100 }, restart: 'permanent' },
    { id: 'tokenize', task: tokenize, input: { file: 'corpus-04.txt' }, restart: 'permanent' },
    { id: 'render-tiles', task: renderTiles, input: { zoom: 14 }, restart: 'permanent' },
    { id: 'report', task: report, restart: 'transient' },
    { id: 'upload', task: upload, restart: 'temporary' },
    { id: 'leak-probe', task: leakProbe, restart: 'temporary' },
  ],
})
