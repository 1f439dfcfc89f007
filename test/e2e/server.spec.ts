/** The real reference server over stdio, driven as a person would: connect, run, answer, cancel. */
import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { lockedLab, releaseLocks } from '../core/mcp/client/authorization-peer.ts'
import { releaseLabs } from '../core/mcp/client/lab-peer.ts'
import { prepareAxe, violations } from './axe.ts'
import { type LaunchedApp, launchApp } from './launch.ts'
import { answerDialogs, askedQuestions } from './native-dialogs.ts'
import { press, row, select } from './window.ts'

const server = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
)

let launched: LaunchedApp

test.beforeEach(async () => {
  launched = await launchApp({ args: ['--empty'] })
  await answerDialogs(launched.app, { consent: true })
})

test.afterEach(async () => {
  await launched.close()
})

async function connect(page: Page, command: string, args: string): Promise<void> {
  await page.getByRole('toolbar').getByRole('button', { name: 'Connect' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Command').fill(command)
  await dialog.getByLabel('Arguments').fill(args)
  await dialog.getByLabel('Name', { exact: true }).fill('everything')
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
}

/** The lab as a program of its own; `stop` ends it. */
async function startLab(): Promise<{ readonly url: string; stop(): void }> {
  const program = fileURLToPath(new URL('../../electron/tools/taskscope.mjs', import.meta.url))
  const lab = spawn(process.execPath, [program, 'lab', '--era', 'modern', '--http', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    lab.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /listening on (http:\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    lab.once('exit', () => reject(new Error(`the lab did not start: ${said}`)))
  })
  return { url, stop: () => void lab.kill() }
}

async function chooseTool(page: Page, source: string, tool: string): Promise<void> {
  await page.getByRole('toolbar').getByRole('button', { name: 'Run' }).click()
  await page.getByRole('menuitem', { name: source }).click()
  await page.getByRole('dialog').getByLabel('Task or tool').selectOption(tool)
}

async function runResearch(page: Page, topic: string, ambiguous: boolean): Promise<void> {
  await chooseTool(page, 'everything', 'simulate-research-query')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('topic').fill(topic)
  const box = dialog.getByLabel('ambiguous')
  if (ambiguous) await box.check()
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(dialog).toBeHidden()
}

test('a task of server-everything asks, is answered in the window, and completes; another one is cancelled and still shows life', async () => {
  test.setTimeout(120_000)
  const { page } = launched
  await connect(page, process.execPath, server)
  await expect(page.getByRole('dialog')).toBeHidden()

  await runResearch(page, 'pythons', true)
  const asked = row(page, 'simulate-research-query')
  await expect(asked).toHaveAttribute('data-state', /running|input_required/)
  await expect(asked).toHaveAttribute('data-task-id', /\w+/)
  await expect(asked).toHaveAttribute('data-state', 'input_required', { timeout: 30_000 })
  await select(page, 'simulate-research-query')
  const question = page.getByRole('form', { name: 'Answer the question' })
  const choice = question.getByRole('combobox').or(question.getByRole('textbox')).first()
  if ((await choice.evaluate((element) => element.tagName)) === 'SELECT') await choice.selectOption({ index: 1 })
  else await choice.fill('technical')
  await question.getByRole('button', { name: 'Send answer' }).click()
  await expect(asked).toHaveAttribute('data-state', 'completed', { timeout: 30_000 })
  await page.getByRole('tab', { name: 'Overview' }).click()
  await expect(page.getByRole('region', { name: 'Result' }).or(page.getByText('Result')).first()).toBeVisible()

  // A finding leads to the frames that show it.
  const finding = page.getByRole('listitem').filter({ hasText: 'status-before-create' })
  await finding.getByRole('button').first().click()
  await expect(page.getByRole('tab', { name: 'Frames' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('listbox', { name: 'Frames' }).getByRole('option', { selected: true })).toBeVisible()
  await page.getByRole('tab', { name: 'Overview' }).click()

  await runResearch(page, 'spiders', false)
  const doomed = row(page, 'simulate-research-query')
  await expect(doomed).toHaveAttribute('data-state', 'running')
  await select(page, 'simulate-research-query')
  await press(page, 'Cancel')
  await expect(doomed).toHaveAttribute('data-state', 'cancelled')
  await expect(doomed).toContainText('still showing life')
  await expect(doomed).toContainText('until it complained', { timeout: 30_000 })
})

test('the frames of a connection and its findings are read beside each other; a question runs as a task of the client', async () => {
  test.setTimeout(120_000)
  const { page } = launched
  await connect(page, process.execPath, server)
  await expect(page.getByRole('dialog')).toBeHidden()
  await chooseTool(page, 'everything', 'trigger-elicitation-request-async')
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click()

  const asked = row(page, 'elicitation/create')
  await expect(asked).toHaveAttribute('data-state', 'input_required', { timeout: 30_000 })
  await select(page, 'elicitation/create')
  const question = page.getByRole('form', { name: 'Answer the question' })
  await question.getByLabel(/Your Name/).fill('Ada')
  await question.getByRole('button', { name: 'Send answer' }).click()
  await expect(asked).toHaveAttribute('data-state', 'completed', { timeout: 30_000 })

  await page.getByRole('tab', { name: 'Frames' }).click()
  const frames = page.getByRole('listbox', { name: 'Frames' })
  await expect(frames.getByRole('option').filter({ hasText: 'notifications/tasks/status' }).first()).toBeVisible()
  await page
    .getByRole('radio', { name: 'Connection' })
    .or(page.getByRole('button', { name: 'Connection' }))
    .first()
    .click()
  await expect(frames.getByRole('option').filter({ hasText: 'tools/call' }).first()).toBeVisible()
})

test('a command is run only after a native question that shows all of it, asked once for each exact command', async () => {
  test.setTimeout(90_000)
  const { app, page } = launched
  await answerDialogs(app, { consent: false })
  await connect(page, process.execPath, `${server} stdio`)
  const dialog = page.getByRole('dialog')
  await expect.poll(() => askedQuestions(app)).toHaveLength(1)
  const [asked = ''] = await askedQuestions(app)
  expect(asked).toContain('Run this command as an MCP server?')
  expect(asked).toContain(`${process.execPath} ${server} stdio`)
  await expect(dialog.getByRole('button', { name: 'Connect', exact: true })).toBeEnabled()
  await expect(dialog.getByLabel('Command')).toHaveValue(process.execPath)
  await expect(page.locator('[data-source-key]')).toHaveCount(0)

  await answerDialogs(app, { consent: true })
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(dialog).toBeHidden()
  expect(await askedQuestions(app)).toHaveLength(2)
  await connect(page, process.execPath, `${server} stdio`)
  await expect(dialog).toBeHidden()
  expect(await askedQuestions(app)).toHaveLength(2)
  await connect(page, process.execPath, server)
  await expect(dialog).toBeHidden()
  expect(await askedQuestions(app)).toHaveLength(3)
})

test('a server that wants to know who asks is authorized with one button, in a browser that the person agreed to', async () => {
  test.setTimeout(90_000)
  const { app, page } = launched
  const lab = await lockedLab()
  try {
    await app.evaluate(({ shell }) => {
      const opened: string[] = []
      Object.assign(globalThis, { openedPages: opened })
      Object.assign(shell, { openExternal: async (url: string) => void opened.push(url) })
    })
    await page.getByRole('toolbar').getByRole('button', { name: 'Connect' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'Over HTTP' }).click()
    await dialog.getByLabel('URL').fill(lab.address.url)
    await dialog.getByLabel('Name', { exact: true }).fill('locked')
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('needs authorization').first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Authorize…' })).toBeVisible()
    await prepareAxe(page)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Authorize…' }).click()

    const openedPages = () => app.evaluate(() => (globalThis as { openedPages?: string[] }).openedPages ?? [])
    await expect.poll(openedPages).toHaveLength(1)
    expect((await askedQuestions(app)).at(-1)).toContain('Open your browser to authorize Taskscope')
    const [opened = ''] = await openedPages()
    const { status } = await lab.browse(new URL(opened))
    expect(status).toBe(200)
    await expect(page.getByRole('button', { name: 'Authorize…' })).toBeHidden()
    // Whether there is a keychain or not: on disk nothing of it can be read.
    for (const name of await readdir(launched.userData)) {
      const text = name.endsWith('.json') ? await readFile(join(launched.userData, name), 'utf8') : ''
      for (const secret of lab.secrets) expect(text).not.toContain(secret)
    }
    await chooseTool(page, 'locked', 'slow_compute')
    await dialog.getByLabel('seconds').fill('1')
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(row(page, 'slow_compute')).toHaveAttribute('data-state', 'completed')
  } finally {
    await releaseLocks()
    await releaseLabs()
  }
})

test('a modern server over HTTP makes a task, which asks twice, is answered, and completes', async () => {
  test.setTimeout(120_000)
  const { page } = launched
  const lab = await startLab()
  try {
    await page.getByRole('toolbar').getByRole('button', { name: 'Connect' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'Over HTTP' }).click()
    await dialog.getByLabel('URL').fill(lab.url)
    await dialog.getByLabel('Name', { exact: true }).fill('lab')
    await dialog.getByRole('radio', { name: /^Modern/ }).click()
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(dialog).toBeHidden()

    await chooseTool(page, 'lab', 'ask_twice')
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(dialog).toBeHidden()
    const asked = row(page, 'ask_twice')
    await expect(asked).toHaveAttribute('data-state', 'input_required')
    await select(page, 'ask_twice')
    const question = page.getByRole('form', { name: 'Answer the question' })
    for (const words of ['Shall it begin?', 'Shall it go on?']) {
      await expect(page.getByText(words).first()).toBeVisible()
      await question.getByRole('checkbox').check()
      await question.getByRole('button', { name: 'Send answer' }).click()
    }
    await expect(asked).toHaveAttribute('data-state', 'completed')
    await page.getByRole('tab', { name: 'Overview' }).click()
    await expect(page.getByText('accept, then accept').first()).toBeVisible()
  } finally {
    lab.stop()
  }
})

test.describe('a server that is none', () => {
  for (const [what, command, args, says] of [
    ['does not exist', 'no-such-command-anywhere', '', /no-such-command-anywhere/],
    ['exits at once', process.execPath, '-e process.exit(3)', /ended|exit/i],
    [
      'prints garbage',
      process.execPath,
      `-e "setInterval(() => console.log('hello there'), 50)"`,
      /not.*(JSON|answer)|garbage|hello there/i,
    ],
  ] as const) {
    test(`that ${what} is told in one sentence, and the dialog keeps what was typed`, async () => {
      test.setTimeout(90_000)
      const { page } = launched
      await connect(page, command, args)
      const dialog = page.getByRole('dialog')
      await expect(dialog.getByRole('alert')).toContainText(says, { timeout: 60_000 })
      await expect(dialog.getByLabel('Command')).toHaveValue(command)
    })
  }
})
