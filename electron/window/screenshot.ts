/** `--screenshot FILE`: waits until the window shows what a person would see, and writes that as a PNG. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserWindow } from 'electron'

/** Rows and states that the demo shows once it is under way. */
const enough = { rows: 8, states: 3 }
const patienceMs = 20_000
const settleMs = 1500

export interface ScreenshotReport {
  readonly rows: number
  readonly states: number
  readonly consoleErrors: readonly string[]
}

export async function takeScreenshot(window: BrowserWindow, file: string): Promise<ScreenshotReport> {
  const consoleErrors: string[] = []
  window.webContents.on('console-message', (_event, level, message) => {
    if (level >= 3) consoleErrors.push(message)
  })
  const deadline = performance.now() + patienceMs
  let seen = await count(window)
  while ((seen.rows < enough.rows || seen.states < enough.states) && performance.now() < deadline) {
    await wait(100)
    seen = await count(window)
  }
  await wait(settleMs)
  seen = await count(window)
  const image = await window.webContents.capturePage()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, image.toPNG())
  return { ...seen, consoleErrors }
}

async function count(window: BrowserWindow): Promise<{ rows: number; states: number }> {
  if (window.webContents.isLoading()) return { rows: 0, states: 0 }
  return window.webContents.executeJavaScript(`(() => {
    const rows = [...document.querySelectorAll('[role=treegrid] [role=row][data-state]')]
    return { rows: rows.length, states: new Set(rows.map((row) => row.dataset.state)).size }
  })()`)
}
