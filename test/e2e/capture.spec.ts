/** A recording of MCP traffic in the window: opened, read, saved again without secrets, and put away. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { analyzeCapture } from '../../core/mcp/analyze/analyze-capture.ts'
import { launchApp } from './launch.ts'
import { answerDialogs } from './native-dialogs.ts'
import { messages, row, select, tree } from './window.ts'

const recording = fileURLToPath(new URL('../fixtures/captures/stall.jsonl', import.meta.url))

async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill(title)
  await page.getByRole('option', { name: title }).first().click()
}

test('a recording shows its task, what is wrong with it and the frames that prove it, and is saved as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'taskscope-capture-'))
  const { app, page, pageErrors, close } = await launchApp({ args: [recording] })
  try {
    const task = await select(page, 'simulate-research-query')
    await expect(task).toHaveAttribute('data-state', 'failed')
    await expect(task).toContainText('the recording ends here')
    for (const name of ['Suspend', 'Cancel']) {
      await expect(page.getByRole('toolbar').getByRole('button', { name, exact: true })).toHaveAttribute(
        'aria-disabled',
        'true',
      )
    }

    await page.getByRole('tab', { name: 'Frames' }).click()
    const frames = page.getByRole('listbox', { name: 'Frames' })
    await expect(frames).toContainText('tools/call')
    const findings = page.getByLabel('Findings', { exact: true })
    await expect(findings).toContainText('stalled-input-required')
    await frames.getByRole('option').filter({ hasText: 'tools/call' }).first().click()
    await expect(page.getByRole('region', { name: /^Frame / })).toContainText('jsonrpc')
    await page.screenshot({ path: test.info().outputPath('recording.png') })

    const saveAs = join(folder, 'again.jsonl')
    await answerDialogs(app, { saveAs, consent: false })
    await page.getByRole('button', { name: 'Save frames as a recording…' }).click()
    await expect(messages(page)).toContainText(`Saved as ${saveAs}`)
    const lines = (text: string) => text.split('\n')
    const [before, after] = await Promise.all([readFile(recording, 'utf8'), readFile(saveAs, 'utf8')])
    expect(analyzeCapture(lines(after))).toEqual(analyzeCapture(lines(before)))
    if (process.platform !== 'win32') expect((await stat(saveAs)).mode & 0o777).toBe(0o600)

    await runCommand(page, 'Remove from the window')
    await expect(tree(page).getByRole('row').filter({ hasText: 'simulate-research-query' })).toHaveCount(0)
    expect(pageErrors).toEqual([])
  } finally {
    await close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('a file that is no recording is told in one sentence, and the window goes on', async () => {
  const { app, page, close } = await launchApp()
  try {
    await expect(row(page, 'crawl')).toBeVisible()
    await answerDialogs(app, { file: fileURLToPath(new URL('../fixtures/servers', import.meta.url)), consent: false })
    await runCommand(page, 'Open a recording')
    await expect(messages(page).getByRole('alert')).toContainText('cannot be opened as a recording')
    await expect(row(page, 'crawl')).toBeVisible()
  } finally {
    await close()
  }
})
