/**
 * The window with invented rows, for looking at it without an application. `?rows=none|sample|100000`, `&theme=dark`,
 * `&select=none`, `&live` lets rows change; `&trace=sample|10000` shows the spans of a trace of that size.
 */
import { createRoot } from 'react-dom/client'
import type { AppSettings } from '../../../core/feed/app-commands.ts'
import { assert } from '../../../core/model/assert.ts'
import { durationText } from '../../../core/model/duration.ts'
import { isTaskRow, type Row } from '../../../core/model/row.ts'
import type { Trace } from '../../../core/model/trace.ts'
import { App } from '../../../renderer/shell/app.tsx'
import { tellEffects } from '../../../renderer/state/effect-messages.ts'
import { createWindowModel } from '../../../renderer/state/window-model.ts'
import '../../../renderer/theme/theme.css'
import { createFixtureFeed } from '../fixture-feed.ts'
import { sampleDetail, sampleLanes } from './sample-detail.ts'
import { nodeRow, sampleRows, taskRow, tokenizeKey } from './sample-rows.ts'
import { largeTrace, sampleTrace, withTrace } from './sample-trace.ts'

const wish = new URLSearchParams(location.search)
const theme = wish.get('theme') === 'light' ? 'light' : 'dark'
const now = Date.now()
const preview: { readonly [name: string]: unknown } = {}
const trace = traceFor(wish.get('trace'))
const feed = createFixtureFeed(
  trace === undefined ? rowsFor(wish.get('rows') ?? 'sample') : withTrace(sampleRows(now), trace),
)
const model = createWindowModel()
const settings: AppSettings = {
  theme,
  density: wish.get('density') === 'comfortable' ? 'comfortable' : 'dense',
  export: { endpoint: '', headers: {} },
  recentModules: ['/home/you/work/corpus/tasks.ts'],
  recentServers: [],
  receive: { mode: 'off' },
}
model.store.setState({ settings })
tellEffects(model, { durationText })
model.attach(feed)
if (feed.rows.size > 0 && wish.get('select') !== 'none') model.select(tokenizeKey)
if (trace !== undefined) showTrace(trace)
if (wish.get('frozen') !== null) model.freeze()
feed.tellStatus({
  updatesPerSecond: feed.rows.size > 0 ? 1240 : 0,
  lost: 0,
  folded: 0,
  forgotten: 0,
  openSpans: 14,
  export: { light: feed.rows.size > 0 ? 'ok' : 'off', sent: 8310, queued: 0, dropped: 0 },
})
const selected = feed.rows.get(tokenizeKey)
if (selected !== undefined) feed.tellDetail(sampleDetail(selected, now))
feed.tellLanes(sampleLanes(feed.rows, now))
if (wish.get('live') !== null) live()
Object.assign(globalThis, { preview: Object.assign(preview, { model, feed }) })

const root = document.getElementById('root')
assert(root !== null, 'the page has a root element')
createRoot(root).render(<App model={model} />)

function traceFor(kind: string | null): Trace | undefined {
  if (kind === null) return undefined
  return kind === 'sample' ? sampleTrace(now) : largeTrace(now, Number(kind))
}

/** As if a person had clicked its first task and then Spans. */
function showTrace(whole: Trace): void {
  const [first] = whole.tasks.keys()
  localStorage.setItem('taskscope.detail.tab', JSON.stringify('spans'))
  model.select(first)
  const answer = () => {
    if (feed.watchedTrace === undefined) {
      setTimeout(answer, 5)
      return
    }
    const begun = performance.now()
    feed.tellTrace(whole)
    const shown = () => {
      if (document.querySelector('[role=tree] [role=treeitem]') === null) requestAnimationFrame(shown)
      // The frame after the one in which it stands has been painted.
      else requestAnimationFrame(() => Object.assign(preview, { traceShownMs: performance.now() - begun }))
    }
    requestAnimationFrame(shown)
    for (const { row } of whole.tasks.values()) if (row.state === 'suspended') feed.tellDetail(sampleDetail(row, now))
  }
  answer()
}

function rowsFor(kind: string): Iterable<Row> {
  if (kind === 'none') return []
  if (kind === 'sample') return sampleRows(now).values()
  const many: Row[] = [nodeRow('many', 0, now, {})]
  for (let place = 1; place <= Number(kind); place += 1) {
    const under = place % 10 === 1 ? undefined : `t${place - ((place - 1) % 10)}`
    many.push(
      taskRow(now, place, {
        id: `t${place}`,
        of: 'many',
        name: `task ${place}`,
        ...(under === undefined ? {} : { under }),
      }),
    )
  }
  return many
}

/** A thousand rows change with each frame. */
function live(): void {
  const keys = [...feed.rows.keys()]
  let round = 0
  const turn = () => {
    round += 1
    const news: Row[] = []
    for (let step = 0; step < 1000; step += 1) {
      const row = feed.rows.get(keys[(round * 1000 + step) % keys.length] ?? tokenizeKey)
      if (row !== undefined && isTaskRow(row)) news.push({ ...row, progress: { current: round % 100, total: 100 } })
    }
    feed.put(...news)
    requestAnimationFrame(turn)
  }
  requestAnimationFrame(turn)
}
