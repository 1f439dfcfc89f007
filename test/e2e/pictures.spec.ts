/**
 * What a newcomer sees first, in both themes: a window full of tasks in many states, and no error. `npm run screenshots`
 * also writes the pictures that the README shows, so that they are pictures of the app as it is.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { launchApp } from './launch.ts'
import { button, press, row, select, tree } from './window.ts'

const pictures = fileURLToPath(new URL('pictures', import.meta.url))
/** Of a picture, bytes. */
const largest = 300_000

for (const theme of ['light', 'dark'] as const) {
  test(`the first window in the ${theme} theme holds many tasks in many states, and no error`, async () => {
    const { app, page, pageErrors, close } = await launchApp({ args: [`--theme=${theme}`] })
    try {
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1440, 900))
      // The demo leaves a rejection, loses a page and asks a question within its first seconds.
      for (const state of ['completed', 'failed', 'cancelled', 'input_required', 'running']) {
        await expect(tree(page).locator(`[role=row][data-state=${state}]`).first()).toBeVisible()
      }
      // The view is frozen, so that what is counted is what is in the picture.
      await button(page, 'Freeze view').click()
      await expect(page.getByText(/^View frozen at/)).toBeVisible()
      const seen = rowsIn(await tree(page).ariaSnapshot())
      await page.screenshot({ path: test.info().outputPath(`${theme}.png`) })
      expect(seen.rows).toBeGreaterThanOrEqual(8)
      expect(seen.states.size).toBeGreaterThanOrEqual(3)
      expect(pageErrors).toEqual([])
      await button(page, 'Freeze view').click()

      if (test.info().config.updateSnapshots === 'all') await writePicture(page, `main-${theme}.png`)
    } finally {
      await close()
    }
  })
}

/** Tasks in the accessibility tree: how many, and in which states. */
function rowsIn(snapshot: string): { readonly rows: number; readonly states: ReadonlySet<string> } {
  const states = [...snapshot.matchAll(/- row .*\n\s*- gridcell .*\n\s*- gridcell "([^"]+)"/g)].map((match) => match[1])
  return { rows: states.length, states: new Set(states.filter((state) => state !== undefined)) }
}

/** Some seconds into the demo, with a wish that waits: what the window is for. */
async function writePicture(page: Page, name: string): Promise<void> {
  await expect(row(page, 'docs.example.dev')).toContainText('5/100', { timeout: 30_000 })
  await select(page, 'tokenize')
  await press(page, 'Suspend')
  await expect(page.getByRole('table', { name: 'Controls' })).toContainText('waiting')
  await page.mouse.move(720, 480)
  const picture = await page.screenshot({ animations: 'disabled' })
  expect(picture.length).toBeLessThanOrEqual(largest)
  await mkdir(pictures, { recursive: true })
  await writeFile(`${pictures}/${name}`, picture)
}
