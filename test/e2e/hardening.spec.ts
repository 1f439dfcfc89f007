/** What no page of this application may do, tried from inside the page itself. */
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { answerDialogs, askedQuestions } from './native-dialogs.ts'

let launched: LaunchedApp

test.beforeAll(async () => {
  launched = await launchApp({ args: ['--empty'] })
})

test.afterAll(async () => {
  await launched.close()
})

test('the page has no Node, no Electron, and only the bridge', async () => {
  const seen = await launched.page.evaluate(() => ({
    require: typeof (globalThis as Record<string, unknown>).require,
    process: typeof (globalThis as Record<string, unknown>).process,
    electron: typeof (globalThis as Record<string, unknown>).electron,
    bridge: Object.keys((globalThis as unknown as { taskscope: object }).taskscope).sort(),
  }))
  expect(seen).toEqual({
    require: 'undefined',
    process: 'undefined',
    electron: 'undefined',
    bridge: ['invoke', 'onNotice', 'pathOfDrop', 'platform', 'requestFeed'],
  })
})

test('the window is isolated and sandboxed', async () => {
  const preferences = await launched.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>
    }
    const { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences()
    return { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag }
  })
  expect(preferences).toEqual({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  })
})

test('an injected inline script does not run, and nothing is fetched from elsewhere', async () => {
  const result = await launched.page.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.head.append(script)
    const remote = await fetch('http://127.0.0.1:9/').then(
      () => 'fetched',
      () => 'refused',
    )
    return { injected: 'injected' in window, remote }
  })
  expect(result).toEqual({ injected: false, remote: 'refused' })
})

test('the served page carries its policy, and nothing outside the folder is served', async () => {
  const answers = await launched.page.evaluate(async () => {
    const page = await fetch('app://taskscope/index.html')
    const outside = await fetch('app://taskscope/..%2f..%2fpackage.json')
    const absent = await fetch('app://taskscope/no-such-file.js')
    const posted = await fetch('app://taskscope/index.html', { method: 'POST' })
    return {
      policy: page.headers.get('content-security-policy'),
      nosniff: page.headers.get('x-content-type-options'),
      outside: outside.status,
      absent: absent.status,
      posted: posted.status,
    }
  })
  expect(answers.policy).toContain("default-src 'none'")
  expect(answers.policy).toContain("script-src 'self'")
  expect(answers.policy).toContain("frame-ancestors 'none'")
  expect(answers.policy).not.toContain('unsafe')
  expect(answers).toMatchObject({ nosniff: 'nosniff', outside: 403, absent: 404, posted: 405 })
})

test('no popup opens', async () => {
  const opened = await launched.page.evaluate(() => window.open('https://example.com') === null)
  expect(opened).toBe(true)
  expect(launched.app.windows()).toHaveLength(1)
})

test('the page does not navigate away', async () => {
  const { app, page } = launched
  await page.evaluate(() => {
    window.location.href = 'https://example.com/'
  })
  await page.evaluate(() => {
    const link = document.createElement('a')
    link.href = 'data:text/html,elsewhere'
    document.body.append(link)
    link.click()
    link.remove()
  })
  const at = () =>
    app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      return contents?.isLoadingMainFrame() ? 'leaving' : contents?.getURL()
    })
  await expect.poll(at).toBe('app://taskscope/index.html')
  expect(await page.evaluate(() => document.querySelector('[role=toolbar]') !== null)).toBe(true)
})

test('a webview is never attached', async () => {
  await launched.page.evaluate(() => {
    const view = document.createElement('webview')
    view.setAttribute('src', 'https://example.com/')
    document.body.append(view)
  })
  const contents = await launched.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((c) => c.getType()),
  )
  expect(contents).toEqual(['window'])
})

test('every permission is denied', async () => {
  const states = await launched.page.evaluate(async () => {
    const notification = await Notification.requestPermission()
    const geolocation = await navigator.permissions.query({ name: 'geolocation' })
    const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      () => 'denied',
    )
    return { notification, geolocation: geolocation.state, camera }
  })
  expect(states).toEqual({ notification: 'denied', geolocation: 'denied', camera: 'denied' })
})

test('a command that does not fit is refused with a sentence, and so is one that does not exist', async () => {
  const answers = await launched.page.evaluate(async () => {
    const { invoke } = (
      globalThis as unknown as { taskscope: { invoke(name: string, input?: unknown): Promise<unknown> } }
    ).taskscope
    return [await invoke('openModule', { origin: 'command-line', path: '/etc/passwd' }), await invoke('toString')]
  })
  expect(answers).toEqual([
    { ok: false, error: 'openModule was not understood', detail: expect.any(String) },
    { ok: false, error: 'there is no command "toString"' },
  ])
})

test('a page starts no program that the person has not agreed to', async () => {
  await answerDialogs(launched.app, { consent: false })
  const mark = join(launched.userData, 'started')
  const answer = await launched.page.evaluate(
    async (args) => {
      const { invoke } = (
        globalThis as unknown as { taskscope: { invoke(name: string, input?: unknown): Promise<unknown> } }
      ).taskscope
      return invoke('connectServer', { name: 'mine', command: args.command, args: args.args, env: {} })
    },
    { command: process.execPath, args: ['-e', `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`] },
  )
  expect(answer).toEqual({ ok: true, value: undefined })
  expect(existsSync(mark)).toBe(false)
  expect(await askedQuestions(launched.app)).toEqual([expect.stringContaining(mark)])
})

test('a page of another origin is a stranger at every door', async () => {
  const elsewhere = createServer((_request, response) => response.end('<h1>stranger</h1>'))
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const { port } = elsewhere.address() as AddressInfo
  const answers = await launched.app.evaluate(async ({ BrowserWindow, app }, url) => {
    const stranger = new BrowserWindow({
      show: false,
      webPreferences: { preload: `${app.getAppPath()}/out/preload/preload.cjs`, sandbox: true, contextIsolation: true },
    })
    await stranger.loadURL(url)
    const answer = await stranger.webContents.executeJavaScript(`window.taskscope.invoke('getSettings')`)
    const feed = await stranger.webContents.executeJavaScript(`new Promise((resolve) => {
      addEventListener('message', () => resolve('a port came'))
      window.taskscope.requestFeed()
      setTimeout(() => resolve('nothing came'), 500)
    })`)
    stranger.destroy()
    return { answer, feed }
  }, `http://127.0.0.1:${port}/`)
  elsewhere.close()
  expect(answers).toEqual({
    answer: { ok: false, error: 'this page may not command the application' },
    feed: 'nothing came',
  })
})

test('our own page cannot be put into a frame', async () => {
  const inside = await launched.page.evaluate(async () => {
    const frame = document.createElement('iframe')
    frame.src = 'app://taskscope/index.html'
    document.body.append(frame)
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
    try {
      return frame.contentWindow?.document.querySelector('#root') === null ? 'blocked' : 'shown'
    } catch {
      return 'blocked'
    } finally {
      frame.remove()
    }
  })
  expect(inside).toBe('blocked')
})

test("the page runs in the operating system's sandbox", async () => {
  test.skip(process.getuid?.() === 0, 'as root Chromium runs without its sandbox; run this test as another user')
  const seccomp = await launched.app.evaluate(async ({ BrowserWindow }) => {
    const pid = BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId()
    const { readFileSync } = process.getBuiltinModule('node:fs')
    return readFileSync(`/proc/${pid}/status`, 'utf8').match(/^Seccomp:\s*(\d)/m)?.[1]
  })
  expect(seccomp).toBe('2')
})
