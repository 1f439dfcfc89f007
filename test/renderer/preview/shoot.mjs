/**
 * Takes pictures of the preview in the real Electron: `node test/renderer/preview/shoot.mjs FOLDER [NAME…]`.
 * Needs the preview server, a display, and the path of an Electron in TASKSCOPE_ELECTRON.
 */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from '@playwright/test'

const [folder = 'preview', ...wanted] = process.argv.slice(2)
const page = 'http://127.0.0.1:5199/'

/** Each picture: its query, and what is done before it is taken. */
const shots = {
  main: { query: 'rows=sample' },
  empty: { query: 'rows=none' },
  'first-run': {
    query: 'rows=none',
    act: async (window) => {
      await window.keyboard.press('Control+K')
      await window.keyboard.type('s')
    },
  },
  menu: {
    query: 'rows=sample',
    act: async (window) => {
      await window.locator('[data-task-id="tiles"]').click({ button: 'right', position: { x: 110, y: 12 } })
      await window.keyboard.press('ArrowDown')
      await window.keyboard.press('ArrowDown')
    },
  },
  filter: {
    query: 'rows=sample',
    act: async (window) => {
      await window.getByRole('searchbox').fill('simulate')
    },
  },
  'no-match': { query: 'rows=sample', act: (window) => window.getByRole('searchbox').fill('zzz') },
  frozen: { query: 'rows=sample&frozen' },
  lost: {
    query: 'rows=sample',
    act: (window) => window.evaluate(() => globalThis.preview.feed.tellState({ state: 'closed' })),
  },
  toast: {
    query: 'rows=sample',
    act: (window) =>
      window.evaluate(() => {
        globalThis.preview.model.say({
          tone: 'success',
          subject: 'index',
          text: 'suspended',
          detail: '41 ms after you asked',
          undo: () => undefined,
        })
      }),
  },
  rail: {
    query: 'rows=sample',
    act: async (window) => {
      await window.keyboard.press('Control+B')
      await window.locator('[data-task-id="crawl"]').click()
    },
  },
  sheet: { query: 'rows=sample', act: (window) => window.keyboard.press('Shift+?') },
  settings: { query: 'rows=sample', act: (window) => window.getByRole('button', { name: 'Settings' }).click() },
  narrow: { query: 'rows=sample', width: 1000 },
  narrowest: { query: 'rows=sample', width: 760 },
  many: { query: 'rows=100000' },
  trace: {
    query: 'rows=sample&trace=sample',
    act: async (window) => {
      await window.evaluate(() =>
        globalThis.preview.model.setPanes({ sources: 'rail', detail: 'bottom', timeline: 'collapsed' }),
      )
      const separator = await window.getByRole('separator').last().boundingBox()
      await window.mouse.move(separator.x + 300, separator.y + 1)
      await window.mouse.down()
      await window.mouse.move(separator.x + 300, 180, { steps: 4 })
      await window.mouse.up()
      await window.getByRole('searchbox', { name: 'Find spans' }).fill('task.suspended')
      await window.keyboard.press('Enter')
      await window.getByRole('searchbox', { name: 'Find spans' }).fill('')
    },
  },
  histograms: {
    query: 'rows=sample&trace=1000',
    act: async (window) => {
      await window.getByRole('radio', { name: 'Histograms' }).click()
      await window
        .getByRole('button', { name: /^100 ms to 200 ms/ })
        .first()
        .click()
    },
  },
  'trace-narrow': { query: 'rows=sample&trace=sample' },
  'trace-many': { query: 'rows=sample&trace=10000' },
  comfortable: { query: 'rows=sample&density=comfortable' },
}

mkdirSync(folder, { recursive: true })
const app = await _electron.launch({
  executablePath: process.env.TASKSCOPE_ELECTRON,
  args: ['--no-sandbox', `--user-data-dir=${join(tmpdir(), 'taskscope-preview')}`, join(import.meta.dirname, 'window')],
})
const window = await app.firstWindow()
window.on('console', (message) => {
  if (message.text().includes('Electron Security Warning')) return
  if (message.type() === 'error' || message.type() === 'warning') console.log(`console: ${message.text()}`)
})
window.on('pageerror', (error) => console.log(`page error: ${error.stack}`))
for (const [name, { query, act, width = 1440 }] of Object.entries(shots)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0].setContentSize(size, 900), width)
  for (const theme of ['dark', 'light']) {
    await window.goto(`${page}?${query}&theme=${theme}`)
    await window.evaluate(() => localStorage.clear())
    await window.goto(`${page}?${query}&theme=${theme}`)
    await window.waitForSelector('[role=toolbar]')
    await window.evaluate(() => document.fonts.ready)
    await act?.(window)
    await window.waitForTimeout(400)
    await window.screenshot({ path: join(folder, `${name}-${theme}.png`) })
  }
  console.log(name)
}
await app.close()
