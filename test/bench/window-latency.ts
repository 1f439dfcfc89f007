/**
 * The whole way of an update, to the pixel: a task in a host process writes the time into its progress, and the real
 * window paints it into a row. What is measured is the age of a text in the first task after the frame that brought it.
 */
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { ensureBuild } from '../../electron/tools/set-up/build.mjs'
import { resolveElectron } from '../../electron/tools/set-up/electron-resolver.mjs'
import { needsVirtualDisplay, startVirtualDisplay } from '../../electron/tools/set-up/virtual-display.mjs'
import { launchApp } from '../e2e/launch.ts'
import { runTask, selectHost } from '../e2e/modules.ts'
import { type Latency, latency, quantile, rounded } from './statistics.ts'

const updatesPerSecond = 20_000
const rounds = 5
const roundMs = 2000
const settleMs = 3000

export interface WindowLatency {
  readonly hostToPaintedRow: Latency & { readonly p95: number }
  readonly updatesPerSecond: { readonly wanted: number; readonly applied: number }
  readonly framesPerSecond: number
  readonly lost: number
}

/** Rejects when there is no Electron or no display to be had. */
export async function windowLatency(): Promise<WindowLatency> {
  const electron = resolveElectron(process.env)
  if (electron === undefined) throw new Error('no Electron is installed')
  await ensureBuild(electron.executable)
  const display = needsVirtualDisplay(process.env, process.platform) ? { DISPLAY: await startVirtualDisplay() } : {}
  const module = fileURLToPath(new URL('window-module.ts', import.meta.url))
  const { page, close } = await launchApp({ args: [module], env: display })
  try {
    await selectHost(page, 'window-module')
    await runTask(page, 'window-module', 'reporters', { Input: JSON.stringify({ updatesPerSecond }) })
    await page.waitForTimeout(settleMs)
    const samples: Float64Array[] = []
    let applied = 0
    let frames = 0
    for (let round = 0; round < rounds; round++) {
      const seen = await watchRows(page, roundMs)
      samples.push(Float64Array.from(seen.ages))
      frames += (seen.frames * 1000) / roundMs / rounds
      applied += (await statusNumber(page, 'updates/s')) / rounds
    }
    const p95s = samples.map((round) => quantile(Float64Array.from(round).sort(), 0.95))
    return {
      hostToPaintedRow: { ...latency('ms', samples), p95: rounded(quantile(Float64Array.from(p95s).sort(), 0.5)) },
      updatesPerSecond: { wanted: updatesPerSecond, applied: Math.round(applied) },
      framesPerSecond: rounded(frames),
      lost: await statusNumber(page, 'lost'),
    }
  } finally {
    await close()
  }
}

/** Ages of the texts that became new in rows on screen, milliseconds. */
function watchRows(page: Page, ms: number): Promise<{ readonly ages: readonly number[]; readonly frames: number }> {
  return page.evaluate((duration) => {
    const last = new Map<string, string>()
    const ages: number[] = []
    let frames = 0
    const afterFrame = new MessageChannel()
    const read = () => {
      const now = performance.timeOrigin + performance.now()
      for (const row of document.querySelectorAll<HTMLElement>('[role=treegrid] [data-task-key]')) {
        const text = row.querySelector('[data-column=why]')?.textContent ?? ''
        const key = row.dataset.taskKey ?? ''
        const before = last.get(key)
        last.set(key, text)
        if (before !== undefined && before !== text && /^\d+\.\d\d$/.test(text)) ages.push(now - Number(text))
      }
    }
    return new Promise((resolve) => {
      const end = performance.now() + duration
      afterFrame.port1.onmessage = () => {
        read()
        frames += 1
        if (performance.now() < end) requestAnimationFrame(frame)
        else resolve({ ages, frames })
      }
      // A message that is posted in a frame is heard after that frame was drawn.
      const frame = () => afterFrame.port2.postMessage(undefined)
      requestAnimationFrame(frame)
    })
  }, ms)
}

/** A number of the status bar by the word that follows it. */
async function statusNumber(page: Page, word: string): Promise<number> {
  const text = (await page.getByRole('contentinfo').textContent()) ?? ''
  const found = new RegExp(`([\\d\\s,.\\u2009\\u202f]+)\\s*${word}`).exec(text)?.[1] ?? ''
  return Number(found.replace(/\D/g, ''))
}
