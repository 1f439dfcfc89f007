/** Code that writes a line to a file every 2 ms and lets nothing else run: its file shows whether it goes on. */
import { readFile } from 'node:fs/promises'
import { expect, vi } from 'vitest'

/** To be put into a module: `writeLine(file)`. */
export const lineWriter = `
import { appendFileSync } from 'node:fs'

function writeLine(file) {
  const until = Date.now() + 2
  while (Date.now() < until);
  appendFileSync(file, 'line\\n')
}
`

/** Lines that have been written; none while there is no file. */
export async function linesIn(file: string): Promise<number> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').length - 1
}

export async function grows(file: string): Promise<void> {
  const before = await linesIn(file)
  await vi.waitFor(async () => expect(await linesIn(file)).toBeGreaterThan(before), { timeout: 20_000, interval: 5 })
}

/** Real work of ours between two looks: a file that grew every 2 ms would have grown. */
export async function standsStill(file: string): Promise<void> {
  const before = await linesIn(file)
  const until = performance.now() + 60
  while (performance.now() < until) await readFile(file)
  expect(await linesIn(file)).toBe(before)
}
