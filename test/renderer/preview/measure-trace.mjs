/**
 * How long a large trace takes to open, and how smoothly it pans and scrolls, in the real Electron:
 * `node test/renderer/preview/measure-trace.mjs [10000 100000]`. Needs what `shoot.mjs` needs; prints one JSON object.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from '@playwright/test'

const wanted = process.argv.slice(2).map(Number)
const sizes = wanted.length > 0 ? wanted : [10_000, 100_000]
const page = process.env.TASKSCOPE_PREVIEW ?? 'http://127.0.0.1:5199/'

const app = await _electron.launch({
  executablePath: process.env.TASKSCOPE_ELECTRON,
  args: ['--no-sandbox', `--user-data-dir=${join(tmpdir(), 'taskscope-preview')}`, join(import.meta.dirname, 'window')],
})
const window = await app.firstWindow()
const results = {}
for (const size of sizes) {
  await window.goto(`${page}?rows=sample&trace=${size}&theme=dark`)
  await window.waitForFunction(() => globalThis.preview?.traceShownMs !== undefined, undefined, { timeout: 120_000 })
  const openMs = await window.evaluate(() => globalThis.preview.traceShownMs)
  await window.getByRole('tree', { name: 'Spans' }).focus()
  for (let n = 0; n < 4; n += 1) await window.keyboard.press('+')
  const pan = await frames(async () => {
    const box = await window.getByRole('tree', { name: 'Spans' }).boundingBox()
    await window.mouse.move(box.x + box.width - 120, box.y + 40)
    await window.mouse.down()
    for (let n = 0; n < 120; n += 1) await window.mouse.move(box.x + box.width - 120 + Math.sin(n / 8) * 80, box.y + 40)
    await window.mouse.up()
  })
  const scroll = await frames(async () => {
    for (let n = 0; n < 60; n += 1) await window.mouse.wheel(0, 120)
  })
  results[size] = { openMs: Math.round(openMs), pan, scroll }
}
await app.close()
console.log(JSON.stringify(results, undefined, 2))

/** Runs an act and says how far apart the frames were meanwhile, milliseconds. */
async function frames(act) {
  await window.evaluate(() => {
    globalThis.gaps = []
    let last = performance.now()
    const turn = (at) => {
      globalThis.gaps.push(at - last)
      last = at
      globalThis.stopFrames = requestAnimationFrame(turn)
    }
    globalThis.stopFrames = requestAnimationFrame(turn)
  })
  await act()
  return window.evaluate(() => {
    cancelAnimationFrame(globalThis.stopFrames)
    const gaps = globalThis.gaps.slice(1).sort((a, b) => a - b)
    const at = (share) => Math.round((gaps[Math.floor((gaps.length - 1) * share)] ?? 0) * 10) / 10
    return { frames: gaps.length, p50: at(0.5), p95: at(0.95), worst: at(1) }
  })
}
