/** A trace tells the truth while its tasks still run: what is held, what is open, and what the times of tasks were. */
import { fileURLToPath } from 'node:url'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { press, row, select, tree, until } from './window.ts'

const module = fileURLToPath(new URL('modules/trace-tasks.ts', import.meta.url))

let launched: LaunchedApp

test.afterEach(async () => {
  await launched.close()
})

async function open(theme: 'light' | 'dark'): Promise<Page> {
  launched = await launchApp({ args: [`--theme=${theme}`, module] })
  const { app, page } = launched
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1440, 900))
  await expect(row(page, 'chunk 2')).toHaveAttribute('data-state', 'completed', { timeout: 20_000 })
  return page
}

/** Without the lanes below, all spans of these tasks have a row in view. */
async function showSpans(page: Page): Promise<void> {
  await page.keyboard.press('Control+J')
  await page.getByRole('tab', { name: /^Spans/ }).click()
  await page.getByRole('tree', { name: 'Spans' }).waitFor()
}

function spans(page: Page): Locator {
  return page.getByRole('tree', { name: 'Spans' })
}

function span(page: Page, name: RegExp): Locator {
  return spans(page).getByRole('treeitem', { name })
}

for (const theme of ['light', 'dark'] as const) {
  test(`a tree of three levels with one suspended interval and open spans, ${theme}`, async () => {
    const page = await open(theme)
    await select(page, 'batch-041')
    await press(page, 'Suspend')
    await expect(row(page, 'batch-041')).toHaveAttribute('data-state', 'suspended')
    const lanes = page.getByRole('listbox', { name: 'Lanes' })
    await expect(lanes.getByRole('option')).toHaveText([
      /^crawl, running/,
      /^index batch-041, suspended by you/,
      /^embed 2 tasks/,
    ])
    await expect(page.getByRole('img', { name: '3 lanes' })).toBeVisible()
    await page.screenshot({ path: test.info().outputPath(`lanes-${theme}.png`) })
    await showSpans(page)

    const states = page.getByRole('button', { name: 'State intervals' })
    await states.click()
    await expect(span(page, /^task crawl/)).toHaveAttribute('aria-level', '1')
    await expect(span(page, /^task index/)).toHaveAttribute('aria-level', '2')
    await expect(span(page, /^task embed chunk 2/)).toHaveAttribute('aria-level', '3')
    await expect(span(page, /^POST \/embeddings/).first()).toHaveAttribute('aria-level', '4')
    await expect(span(page, /^task crawl/)).toHaveAttribute('data-open', '')
    await states.click()
    await expect(page.locator('[data-completeness]')).toHaveAttribute('data-completeness', 'open')

    const find = page.getByRole('searchbox', { name: 'Find spans' })
    await find.fill('task.suspended')
    await find.press('Enter')
    await find.fill('')
    const held = span(page, /^task\.suspended/)
    await expect(held).toHaveAttribute('aria-selected', 'true')
    await expect(held).toHaveAttribute('data-open', '')
    await expect(held).toContainText('by you')
    const detail = page.getByRole('region', { name: 'Span task.suspended' })
    await expect(detail).toContainText('taskscope.entered.by')
    await expect(detail).toContainText('control.effective')
    await expect(page.getByRole('region', { name: 'Critical path' })).toContainText('is your suspend')
    await page.screenshot({ path: test.info().outputPath(`waterfall-${theme}.png`) })

    await detail.getByRole('button', { name: 'Resume index' }).click()
    await expect(held).not.toHaveAttribute('data-open')
    expect(launched.pageErrors).toEqual([])
  })
}

test('a span that begins is in the window at once, and a span leads to its task and back', async () => {
  const page = await open('dark')
  await select(page, 'batch-041')
  await showSpans(page)
  await expect(span(page, /^task index/)).toHaveAttribute('aria-selected', 'true')
  await spans(page).press('End')
  await press(page, 'Suspend')
  await expect(row(page, 'batch-041')).toHaveAttribute('data-state', 'suspended')
  await expect(span(page, /^task\.suspended/)).toBeVisible({ timeout: 1000 })

  await spans(page).press('Home')
  await span(page, /^task embed chunk 1/).click()
  await spans(page).press('Enter')
  await expect(row(page, 'chunk 1')).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('tab', { name: /^Console/ }).click()
  await page.getByRole('log', { name: 'Console' }).getByRole('button').first().click()
  await expect(page.getByRole('region', { name: 'Span POST /embeddings' })).toContainText('embedding 1')
})

test('a bucket of a histogram leaves only its tasks in the tree', async () => {
  const page = await open('dark')
  await page.getByRole('radio', { name: 'Histograms' }).click()
  const duration = page.getByRole('region', { name: 'Duration' })
  await expect(duration).toContainText('p90')
  const bucket = duration.getByRole('button', { name: /2 tasks$|1 task$/ }).first()
  await bucket.click()
  await expect(bucket).toHaveAttribute('aria-pressed', 'true')
  await expect(tree(page).getByRole('row').filter({ hasText: 'embed' }).first()).toBeVisible()
  await page.screenshot({ path: test.info().outputPath('histograms.png') })
  const shown = page.locator('[data-bucket=duration]')
  await expect(shown).toBeVisible()
  await until('only what is in the bucket is counted', async () => {
    const head = await page.getByRole('region', { name: 'Tasks pane' }).textContent()
    return /[12] of 4/.test(head ?? '')
  })
  await bucket.click()
  await expect(shown).toBeHidden()
})
