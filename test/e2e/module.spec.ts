/** A person's own task module: from where it may come, who is asked, what is shown of it, and what a change of it does. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import {
  hostOf,
  type ModuleFolder,
  moduleFile,
  moduleFolder,
  openModule,
  openRun,
  runTask,
  selectHost,
  taskRow,
} from './modules.ts'
import { answerDialogs, askedQuestions } from './native-dialogs.ts'
import { messages, press } from './window.ts'

let folder: ModuleFolder

test.beforeAll(async () => {
  folder = await moduleFolder()
  await folder.write(
    'node_modules/greeting/package.json',
    '{ "name": "greeting", "version": "1.0.0", "main": "main.js" }',
  )
  await folder.write('node_modules/greeting/main.js', `exports.greet = (who) => 'hello ' + who`)
})

test.afterAll(async () => {
  await folder.remove()
})

async function overview(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Overview' }).click()
}

test.describe('a path on the command line', () => {
  for (const [name, source] of [
    [
      'my-tasks.ts',
      `import { defineTask } from 'taskscope'
       import { greet } from 'greeting'
       interface Who { readonly who: string }
       export const hello = defineTask({ name: 'hello', run: (_ctx, input?: Who) => greet(input?.who ?? 'TypeScript') })`,
    ],
    [
      'my-tasks.mjs',
      `import { greet } from 'greeting'
       export async function hello() { return greet('ESM') }`,
    ],
    [
      'my-tasks.cjs',
      `const { defineTask } = require('taskscope')
       exports.hello = defineTask({ name: 'hello', run: () => require('greeting').greet('CommonJS') })`,
    ],
  ] as const) {
    test(`./${name}, relative to where it was typed, with packages of its own, is its own consent`, async () => {
      await folder.write(name, source)
      const launched = await launchApp({ args: [`./${name}`], cwd: folder.path })
      try {
        const { page } = launched
        await selectHost(page, 'my-tasks')
        const hello = await runTask(page, 'my-tasks', 'hello')
        await expect(hello).toHaveAttribute('data-state', 'completed')
        await expect(hello).toHaveAttribute('aria-selected', 'true')
        await overview(page)
        const says = name.endsWith('.ts') ? 'hello TypeScript' : name.endsWith('.mjs') ? 'hello ESM' : 'hello CommonJS'
        await expect(page.getByRole('region', { name: 'Result' })).toContainText(says)
        expect(launched.pageErrors).toEqual([])
      } finally {
        await launched.close()
      }
    })
  }

  test('that cannot be loaded is told in the window', async () => {
    const file = await folder.write('broken.ts', `throw new Error('not today')`)
    const launched = await launchApp({ args: [file] })
    try {
      const says = /broken\.ts threw while it was loading: Error: not today/
      await expect(messages(launched.page).getByRole('alert')).toHaveText(says)
      await expect(hostOf(launched.page, 'broken')).toHaveAttribute('data-status', 'failed')
    } finally {
      await launched.close()
    }
  })
})

test('a person is asked once for a path from the window, never for a recent one, and always for a drop', async () => {
  const file = await folder.write('asked.ts', `export async function hello() { return 'hello' }`)
  const userData = await mkdtemp(join(tmpdir(), 'taskscope-consent-'))
  let launched = await launchApp({ args: ['--empty'], userData })
  try {
    const question = expect.stringMatching(new RegExp(`Run the code of this task module\\?\\n${file}\\n`))
    await openModule(launched, file, false)
    await expect.poll(() => askedQuestions(launched.app)).toEqual([question])
    await expect(hostOf(launched.page, 'asked')).toHaveCount(0)
    await openModule(launched, file)
    await expect(hostOf(launched.page, 'asked')).toHaveAttribute('data-status', 'open')
    expect(await askedQuestions(launched.app)).toEqual([question, question])

    await launched.close()
    launched = await launchApp({ args: ['--empty'], userData })
    await answerDialogs(launched.app, { consent: false })
    await launched.page.getByRole('toolbar').getByRole('button', { name: 'Open' }).click()
    await launched.page.getByRole('menuitem', { name: 'asked.ts' }).click()
    await expect(hostOf(launched.page, 'asked')).toHaveAttribute('data-status', 'open')
    expect(await askedQuestions(launched.app)).toEqual([])

    await dropFile(launched.page, file)
    await expect.poll(() => askedQuestions(launched.app)).toEqual([question])
    await answerDialogs(launched.app, { consent: true })
    const other = await folder.write('dropped.ts', `export async function hello() { return 'hello' }`)
    await dropFile(launched.page, other)
    await expect(hostOf(launched.page, 'dropped')).toHaveAttribute('data-status', 'open')
    expect(await askedQuestions(launched.app)).toHaveLength(2)
  } finally {
    await launched.close()
    await rm(userData, { recursive: true, force: true })
  }
})

/** Drops a real file on the tree, as the desktop does. */
async function dropFile(page: Page, file: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [file], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data })
  }
  await session.detach()
}

test.describe('what a module shows', () => {
  let launched: LaunchedApp
  let page: Page
  let editorLog: string

  test.beforeAll(async () => {
    editorLog = join(folder.path, 'editor.log')
    const editor = await folder.write('bin/code', `#!/bin/sh\nprintf '%s\\n' "$@" >> '${editorLog}'\n`)
    await chmod(editor, 0o755)
    launched = await launchApp({ args: [moduleFile('forms.ts')], env: { EDITOR: editor, VISUAL: undefined } })
    page = launched.page
    await selectHost(page, 'forms')
  })

  test.afterEach(() => {
    expect(launched.pageErrors).toEqual([])
  })

  test.afterAll(async () => {
    await launched.close()
  })

  test('output stands under the task that wrote it, and nowhere else', async () => {
    const quiet = await runTask(page, 'forms', 'quiet')
    const talker = await runTask(page, 'forms', 'talker')
    await expect(talker).toHaveAttribute('data-state', 'completed')
    await talker.click()
    await page.getByRole('tab', { name: /^Console/ }).click()
    const lines = page.getByRole('log', { name: 'Console' })
    for (const [stream, text] of [
      ['stdout', 'by console.log'],
      ['stdout', 'by stdout'],
      ['stderr', 'by stderr'],
      ['error', 'by console.error'],
      ['', 'by ctx.log'],
    ]) {
      await expect(lines.getByText(text ?? '', { exact: true })).toBeVisible()
      await expect(lines).toContainText(`${stream}${text}`)
    }
    await quiet.click()
    await page.getByRole('tab', { name: /^Console/ }).click()
    await expect(page.getByRole('tabpanel')).toContainText('It has written nothing.')
    await hostOf(page, 'forms').click()
    await page.getByRole('tab', { name: /^Console/ }).click()
    await expect(page.getByRole('tabpanel')).toContainText('Nothing has been written')
    await selectHost(page, 'forms')
  })

  test('characters that would reorder or hide text are shown as what they are', async () => {
    const talker = await runTask(page, 'forms', 'talker')
    await expect(talker).toContainText('invoice\\u202efdp.exe')
    await talker.click()
    await overview(page)
    await expect(page.getByRole('region', { name: 'Result' })).toContainText('report\\u202efdp.js')
    await page.getByRole('tab', { name: /^Console/ }).click()
    await expect(page.getByRole('log', { name: 'Console' })).toContainText('right\\u202eto\\u2066left\\x07')
    const raw = await page.evaluate(() => /[\u202a-\u202e\u2066-\u2069]/.test(document.body.innerHTML))
    expect(raw).toBe(false)
  })

  test('a schema that is flat becomes a form: what is wrong is said at its field, and what was typed stays', async () => {
    const dialog = await openRun(page, 'forms', 'crawl')
    await dialog.getByRole('textbox', { name: 'site' }).fill('docs.example.dev')
    await dialog.getByRole('textbox', { name: 'pages' }).fill('many')
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    const pages = dialog.getByRole('textbox', { name: 'pages' })
    await expect(pages).toHaveAttribute('aria-invalid', 'true')
    await expect(pages).toHaveAccessibleDescription(/number/)
    await expect(pages).toHaveValue('many')
    await pages.fill('12')
    await expect(pages).not.toHaveAttribute('aria-invalid', 'true')
    await dialog.getByRole('checkbox', { name: 'images' }).check()
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(dialog).toBeHidden()
    const crawl = taskRow(page, 'forms', 'crawl')
    await crawl.click()
    await overview(page)
    await expect(page.getByRole('region', { name: 'Result' })).toContainText('12 pages of docs.example.dev')
    await expect(page.getByRole('region', { name: 'Result' })).toContainText('true')
  })

  test('what only the schema itself can know is told as well, and the input is there for the next try', async () => {
    const crawl = await runTask(page, 'forms', 'crawl', { site: 'elsewhere.example.com', pages: '3' })
    await expect(crawl).toHaveAttribute('data-state', 'failed')
    await expect(crawl).toContainText('this site is not ours')
    const dialog = await openRun(page, 'forms', 'crawl')
    await expect(dialog.getByRole('textbox', { name: 'site' })).toHaveValue('elsewhere.example.com')
    await expect(dialog.getByRole('textbox', { name: 'pages' })).toHaveValue('3')
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  test('a schema that is not flat is written as JSON: what is wrong is said, and what was typed stays', async () => {
    const dialog = await openRun(page, 'forms', 'index')
    const editor = dialog.getByRole('textbox', { name: 'Input' })
    for (const typed of ['{ "batches": [', '[1, 2]', '{}']) {
      await editor.fill(typed)
      await dialog.getByRole('button', { name: 'Run', exact: true }).click()
      await expect(dialog.getByRole('alert')).toHaveText(/\w+/)
      await expect(editor).toHaveValue(typed)
    }
    await editor.fill('{ "batches": [{ "from": 3, "to": 10 }, { "from": 0, "to": 4 }] }')
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(dialog).toBeHidden()
    await taskRow(page, 'forms', 'index').click()
    await overview(page)
    await expect(page.getByRole('region', { name: 'Result' })).toContainText('11')
  })

  test('Retry runs it again with the same input, as its next attempt', async () => {
    const first = await runTask(page, 'forms', 'crawl', { site: 'blog.example.dev', pages: '7' })
    await expect(first).toHaveAttribute('data-state', 'completed')
    await first.click()
    const id = await first.getAttribute('data-task-id')
    await press(page, 'Retry')
    const second = page.locator(`[data-task-id="${id}#2"]`)
    await expect(second).toHaveAttribute('data-state', 'completed')
    await expect(second).toContainText('attempt 2')
    await second.click()
    await overview(page)
    await expect(page.getByRole('region', { name: 'Result' })).toContainText('7 pages of blog.example.dev')
    await page
      .getByRole('region', { name: 'Facts' })
      .getByRole('button', { name: id ?? '' })
      .click()
    await expect(page.locator(`[data-task-id="${id}"]`)).toHaveAttribute('aria-selected', 'true')
  })

  test('a frame of a stack opens the editor at its place in the source', async () => {
    const fails = await runTask(page, 'forms', 'fails')
    await expect(fails).toHaveAttribute('data-state', 'failed')
    await fails.click()
    await overview(page)
    const line = (await readFile(moduleFile('forms.ts'), 'utf8'))
      .split('\n')
      .findIndex((text) => text.includes('look here'))
    const frame = page.getByRole('list', { name: 'Stack of the error' }).getByRole('button').first()
    await expect(frame).toHaveText(`forms.ts:${line + 1}`)
    await frame.click()
    const opened = () => readFile(editorLog, 'utf8').catch(() => '')
    await expect.poll(opened).toContain(`${moduleFile('forms.ts')}:${line + 1}:`)
  })
})

test('a change of a source is offered; Reload ends its tasks on the old code and runs the new', async () => {
  const source = (result: string) => `import { defineTask } from 'taskscope'
    import { word } from './word.ts'
    export const say = defineTask({ name: 'say', run: () => word + ' ${result}' })
    export const wait = defineTask({ name: 'wait', run: (ctx) => ctx.sleep(600_000) })`
  await folder.write('word.ts', `export const word = 'the'`)
  const file = await folder.write('changing.ts', source('old code'))
  const launched = await launchApp({ args: [file] })
  try {
    const { page } = launched
    await selectHost(page, 'changing')
    const waiting = await runTask(page, 'changing', 'wait')
    await expect(waiting).toHaveAttribute('data-state', 'running')
    await folder.write('word.ts', `export const word = 'quite'`)
    await selectHost(page, 'changing')
    const why = page.getByRole('region', { name: /^Why it is/ })
    await expect(why).toContainText('word.ts has changed')
    await expect(await runTask(page, 'changing', 'say')).toHaveAttribute('data-state', 'completed')
    await taskRow(page, 'changing', 'say').click()
    await overview(page)
    await expect(page.getByRole('region', { name: 'Result' })).toContainText('the old code')

    await folder.write('changing.ts', source('new code'))
    await selectHost(page, 'changing')
    await why.getByRole('button', { name: 'Reload' }).click()
    await expect(waiting).toHaveAttribute('data-state', 'cancelled')
    await expect(hostOf(page, 'changing')).toHaveAttribute('data-status', 'open')
    await expect(why).not.toContainText('has changed')
    await expect(await runTask(page, 'changing', 'say')).toHaveAttribute('data-state', 'completed')
    await taskRow(page, 'changing', 'say').click()
    await overview(page)
    await expect(page.getByRole('region', { name: 'Result' })).toContainText('quite new code')
  } finally {
    await launched.close()
  }
})
