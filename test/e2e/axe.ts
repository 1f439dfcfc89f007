/** What axe-core says about the window as it stands. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type { AxeResults, RunOptions } from 'axe-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What surrounds everything that floats beside something. */
const floating = 'data-radix-popper-content-wrapper'

/** Puts the checker into the page, and takes motion out: half-way through a fade a text has no colour to judge. */
export async function prepareAxe(page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.evaluate(axe)
}

/** What axe finds wrong in what is on screen, one line per finding with the elements it is about. */
export async function violations(page: Page, without: readonly string[] = []): Promise<readonly string[]> {
  const results = await page.evaluate(async (rules) => {
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map((each) => each.finished))
    const { axe: checker } = globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }
    return checker.run({
      // Nobody reads what passes; to describe all of it would take longer than to find what does not.
      resultTypes: ['violations'],
      rules: Object.fromEntries(rules.map((rule) => [rule, { enabled: false }])),
    })
  }, without)
  return results.violations.flatMap(({ id, help, nodes }) => {
    const targets = nodes.map((node) => node.target.join(' '))
    // A hint floats above all landmarks; whether one is shown depends on where the pointer of the test rests.
    const found = id === 'region' ? targets.filter((target) => !target.includes(floating)) : targets
    return found.length === 0 ? [] : [`${id}: ${help}: ${found.join(', ')}`]
  })
}
