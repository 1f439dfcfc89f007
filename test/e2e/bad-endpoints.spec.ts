/**
 * Collectors and servers that do not do what they should. Each is told in one sentence, what was typed stays, and tasks
 * go on whatever becomes of their spans.
 */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { moduleFile } from './modules.ts'
import { answerDialogs } from './native-dialogs.ts'
import { suspendAndResume } from './window.ts'

let launched: LaunchedApp
let page: Page
/** Waits for the silent server from the beginning; its minute passes faster. */
let patient: LaunchedApp
const silentServer = fileURLToPath(new URL('../fixtures/servers/never-answers.mjs', import.meta.url))
const servers: Server[] = []

test.beforeAll(async () => {
  launched = await launchApp({
    args: [moduleFile('control-tasks.ts')],
    // The standard variable, so that a collector that hangs is given up soon.
    env: { TASKSCOPE_TEST_LOG: '/dev/null', OTEL_EXPORTER_OTLP_TIMEOUT: '1500' },
  })
  page = launched.page
  patient = await launchApp({ args: ['--empty'] })
  await connectSilentServer(patient)
})

test.afterEach(async () => {
  await suspendAndResume(page, 'writer')
  expect(launched.pageErrors).toEqual([])
})

test.afterAll(async () => {
  await launched.close()
  await patient.close()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

async function connectSilentServer({ app, page: on }: LaunchedApp): Promise<void> {
  await answerDialogs(app, { consent: true })
  await app.evaluate(() => {
    const { setTimeout } = globalThis
    const sooner = (act: () => void, ms?: number) => setTimeout(act, ms === 60_000 ? 10_000 : ms)
    Object.assign(globalThis, { setTimeout: sooner })
  })
  await on.getByRole('toolbar').getByRole('button', { name: 'Connect' }).click()
  const dialog = on.getByRole('dialog')
  await dialog.getByLabel('Command').fill(process.execPath)
  await dialog.getByLabel('Arguments').fill(silentServer)
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(dialog.getByRole('button', { name: 'Connecting…' })).toBeVisible()
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A port at which nothing listens any more. */
async function closedPort(): Promise<string> {
  const host = await serve(() => undefined)
  const server = servers.pop()
  server?.close()
  return host
}

async function exportDialog(): Promise<Locator> {
  await page
    .getByRole('toolbar')
    .getByRole('button', { name: /^Export / })
    .click()
  return page.getByRole('dialog', { name: 'Export spans' })
}

const collectors: readonly (readonly [what: string, host: () => Promise<string>, says: (host: string) => string])[] = [
  ['refuses the connection', closedPort, (host) => `nothing listens at ${host} (connection refused)`],
  ['never answers', () => serve(() => undefined), (host) => `${host} did not answer within 1.5 s`],
  [
    'answers 400',
    () => serve((_request, response) => response.writeHead(400).end('no tenant is named')),
    () => 'the collector answered 400: no tenant is named',
  ],
  [
    'answers 500',
    () => serve((_request, response) => response.writeHead(500).end('the disk is full')),
    () => 'the collector answered 500: the disk is full',
  ],
  [
    'is a web page',
    () => serve((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>hello</h1>')),
    () => 'is not an OTLP answer',
  ],
]

for (const [what, hostOf, saysOf] of collectors) {
  test(`a collector that ${what} is told by the test span and by the live export, and tasks go on`, async () => {
    const host = await hostOf()
    const says = saysOf(host)
    const dialog = await exportDialog()
    await dialog.getByLabel('Endpoint').fill(`http://${host}`)
    await dialog.getByRole('button', { name: 'Send a test span' }).click()
    await expect(dialog.getByRole('alert')).toContainText(says)
    await expect(dialog.getByRole('alert')).toHaveCount(1)
    await expect(dialog.getByLabel('Endpoint')).toHaveValue(`http://${host}`)

    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(dialog).toBeHidden()
    await suspendAndResume(page, 'writer')
    await expect(page.getByRole('toolbar').getByRole('button', { name: 'Export fails' })).toBeVisible()
    await expect(page.getByRole('contentinfo')).toContainText('the collector fails')
    const again = await exportDialog()
    const health = again.getByRole('status', { name: 'Export health' })
    await expect(health).toContainText('The collector does not take spans')
    await expect(health).toContainText(says)
    await again.getByRole('button', { name: 'Close' }).click()
  })
}

test('an endpoint that is no address is told at its field, and stays there', async () => {
  const dialog = await exportDialog()
  for (const typed of ['the collector at home', 'localhost 4318', 'ftp://example.com']) {
    await dialog.getByLabel('Endpoint').fill(typed)
    await dialog.getByRole('button', { name: 'Send a test span' }).click()
    await expect(dialog.getByRole('alert')).toHaveText(/address/)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(dialog.getByRole('alert')).toHaveCount(1)
    await expect(dialog.getByLabel('Endpoint')).toHaveValue(typed)
    await expect(dialog.getByLabel('Endpoint')).toHaveAttribute('aria-invalid', 'true')
  }
  await dialog.getByRole('button', { name: 'Close' }).click()
})

test('a server that never answers is given up after a minute, with what it printed; the dialog keeps what was typed', async () => {
  test.setTimeout(120_000)
  const dialog = patient.page.getByRole('dialog')
  const alert = dialog.getByRole('alert')
  await expect(alert).toContainText('has not answered initialize within 60 s', { timeout: 90_000 })
  await expect(alert).toContainText('warming up')
  await expect(alert).toHaveCount(1)
  await expect(dialog.getByLabel('Command')).toHaveValue(process.execPath)
  await expect(dialog.getByLabel('Arguments')).toHaveValue(silentServer)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(patient.page.getByRole('toolbar')).toBeVisible()
  expect(patient.pageErrors).toEqual([])
})
