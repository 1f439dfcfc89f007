/**
 * An instrumented server of somebody else's, started from the window with nothing set up: its spans and logs stand under
 * the call that they belong to.
 */
import { fileURLToPath } from 'node:url'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { answerDialogs } from './native-dialogs.ts'
import { row, select, tree } from './window.ts'

const server = fileURLToPath(new URL('../fixtures/servers/instrumented-server.mjs', import.meta.url))

let launched: LaunchedApp

test.afterEach(async () => {
  await launched.close()
})

async function open(theme: 'light' | 'dark'): Promise<Page> {
  launched = await launchApp({ args: ['--empty', `--theme=${theme}`] })
  const { app, page } = launched
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1440, 900))
  await answerDialogs(app, { consent: true })
  return page
}

async function receiveSection(page: Page): Promise<Locator> {
  await page
    .getByRole('toolbar')
    .getByRole('button', { name: /^Export/ })
    .click()
  return page.getByRole('dialog').getByRole('region', { name: 'Receive spans' })
}

async function connect(page: Page): Promise<void> {
  await page.getByRole('toolbar').getByRole('button', { name: 'Connect' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Command').fill(process.execPath)
  await dialog.getByLabel('Arguments').fill(server)
  await dialog.getByLabel('Name', { exact: true }).fill('docs')
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(dialog).toBeHidden()
}

async function runSearch(page: Page): Promise<void> {
  await page.getByRole('toolbar').getByRole('button', { name: 'Run' }).click()
  await page.getByRole('menuitem', { name: 'docs' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(dialog).toBeHidden()
}

function span(page: Page, name: RegExp): Locator {
  return page.getByRole('tree', { name: 'Spans' }).getByRole('treeitem', { name })
}

for (const theme of ['light', 'dark'] as const) {
  test(`spans and logs of an instrumented server stand under its call, ${theme}`, async () => {
    test.setTimeout(120_000)
    const page = await open(theme)
    const section = await receiveSection(page)
    await section.getByRole('radio', { name: 'With a token' }).click()
    await expect(section.getByRole('status')).toContainText('Listening')
    await expect(section).toContainText(/OTEL_EXPORTER_OTLP_ENDPOINT=http:\/\/127\.0\.0\.1:\d+/)
    await page.screenshot({ path: test.info().outputPath(`receive-${theme}.png`) })
    await page.keyboard.press('Escape')

    await connect(page)
    await runSearch(page)
    // Plain calls are folded.
    await tree(page)
      .getByRole('row', { name: /^calls/ })
      .click()
    await page.keyboard.press('ArrowRight')
    await expect(row(page, 'search')).toHaveAttribute('data-state', 'completed')
    await select(page, 'search')
    await page.keyboard.press('Control+J')
    await page.getByRole('tab', { name: /^Spans/ }).click()
    await expect(span(page, /^tools\/call search/)).toHaveAttribute('aria-level', '1')
    await expect(span(page, /^handle search docs-server/)).toHaveAttribute('aria-level', '2')
    const query = span(page, /^SELECT docs docs-server/)
    await expect(query).toHaveAttribute('aria-level', '3')
    await expect(page.locator('[data-completeness]')).toHaveAttribute('data-completeness', 'complete')

    // From the span to its log, and from the log to its span.
    await query.click()
    const logs = page.getByRole('region', { name: 'Span SELECT docs' }).getByLabel('Logs of this span')
    await expect(logs).toContainText('shard 3 is slow')
    await page.getByRole('button', { name: 'Move to the bottom' }).click()
    await expect(query.locator('[data-service]')).toBeVisible()
    await page.screenshot({ path: test.info().outputPath(`received-${theme}.png`) })
    await page.getByRole('button', { name: 'Move to the right' }).click()
    await span(page, /^rank results/).click()
    await page.getByRole('tab', { name: /^Console/ }).click()
    const line = page.getByRole('log', { name: 'Console' }).locator('div', { hasText: 'shard 3 is slow' }).last()
    await expect(line).toContainText('docs-server')
    await page.screenshot({ path: test.info().outputPath(`console-${theme}.png`) })
    await line.getByRole('button').click()
    await expect(query).toHaveAttribute('aria-selected', 'true')

    await expect(page.getByRole('contentinfo')).toContainText('received: 4 under tasks, 0 waiting, 0 lost')
    expect(launched.pageErrors).toEqual([])
  })
}

test('exporting to where spans are received is refused in one sentence', async () => {
  const page = await open('dark')
  const section = await receiveSection(page)
  await section.getByRole('radio', { name: 'On', exact: true }).click()
  await expect(section.getByRole('status')).toContainText('Listening')
  const said = await section.innerText()
  const endpoint = /OTEL_EXPORTER_OTLP_ENDPOINT=(\S+)/.exec(said)?.[1] ?? ''
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Endpoint').fill(endpoint)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByRole('alert')).toContainText('is where Taskscope itself receives spans')

  await section.getByRole('radio', { name: 'Off' }).click()
  await expect(section.getByRole('status')).toBeHidden()
  await expect(fetch(`${endpoint}/v1/traces`)).rejects.toThrow()
})
