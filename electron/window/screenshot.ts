/** `--screenshot FILE`: waits until the window shows what a person would see, and writes that as a PNG. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserWindow } from 'electron'

/** What is waited for, and how long at most, milliseconds. */
export interface Awaited {
  readonly rows: number
  readonly states: number
  readonly patienceMs: number
}

/** What the demo shows once it is under way. */
export const demoUnderWay: Awaited = { rows: 8, states: 3, patienceMs: 20_000 }
/** A person's own module may well start nothing by itself. */
export const anyTask: Awaited = { rows: 1, states: 1, patienceMs: 5_000 }

const settleMs = 1500
const pictureWithinMs = 15_000

export interface ScreenshotReport {
  readonly rows: number
  readonly states: number
  readonly consoleErrors: readonly string[]
}

/**
 * @param file absolute; its folder is made
 * @throws {Error} when the window cannot be pictured, or the file not be written
 */
export async function takeScreenshot(window: BrowserWindow, file: string, awaited: Awaited): Promise<ScreenshotReport> {
  const consoleErrors: string[] = []
  window.webContents.on('console-message', (details, level, message) => {
    // Electron 35 moved level and text into the first argument, and made the level a word.
    const told = details as unknown as { readonly level?: string; readonly message?: string }
    if (told.level === 'error' || level >= 3) consoleErrors.push(told.message ?? message)
  })
  const deadline = performance.now() + awaited.patienceMs
  let seen = await count(window)
  while ((seen.rows < awaited.rows || seen.states < awaited.states) && performance.now() < deadline) {
    await wait(100)
    seen = await count(window)
  }
  await wait(settleMs)
  seen = await count(window)
  const png = await capture(window)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, png)
  return { ...seen, consoleErrors }
}

/** On a loaded machine the compositor may have no frame yet: then the picture is empty, without an error. */
async function capture(window: BrowserWindow): Promise<Buffer> {
  const deadline = performance.now() + pictureWithinMs
  for (;;) {
    const image = await window.webContents.capturePage()
    if (!image.isEmpty()) return image.toPNG()
    if (performance.now() > deadline) throw new Error('the window gave no picture')
    await wait(200)
  }
}

async function count(window: BrowserWindow): Promise<{ rows: number; states: number }> {
  if (window.webContents.isLoading()) return { rows: 0, states: 0 }
  return window.webContents.executeJavaScript(`(() => {
    const rows = [...document.querySelectorAll('[role=treegrid] [role=row][data-state]')]
    return { rows: rows.length, states: new Set(rows.map((row) => row.dataset.state)).size }
  })()`)
}
