import type { BrowserWindow } from 'electron'
import { beforeEach, expect, test, vi } from 'vitest'
import { openAuthorizationPage } from '../../electron/open-authorization-page.ts'

const native = vi.hoisted(() => ({ agrees: true, asked: [] as string[], opened: [] as string[] }))

vi.mock('electron', () => ({
  dialog: {
    showMessageBox: async (_window: unknown, { message, detail }: { message: string; detail: string }) => {
      native.asked.push(`${message}\n${detail}`)
      return { response: native.agrees ? 1 : 0 }
    },
  },
  shell: {
    openExternal: async (url: string) => {
      native.opened.push(url)
    },
  },
}))

beforeEach(() => {
  Object.assign(native, { agrees: true, asked: [], opened: [] })
})

const open = (page: string) => openAuthorizationPage({} as BrowserWindow, 'https://mcp.example/mcp', new URL(page))

test('the browser is opened once the person has agreed, who sees both hosts and no secret', async () => {
  expect(await open('https://login.example/authorize?state=hidden&code_challenge=abc')).toBe(true)
  expect(native.opened).toEqual(['https://login.example/authorize?state=hidden&code_challenge=abc'])
  expect(native.asked).toHaveLength(1)
  expect(native.asked[0]).toContain('login.example')
  expect(native.asked[0]).toContain('https://mcp.example/mcp')
  expect(native.asked[0]).not.toContain('hidden')
})

test('nothing is opened when the person does not agree', async () => {
  native.agrees = false
  expect(await open('https://login.example/authorize')).toBe(false)
  expect(native.opened).toEqual([])
})

test.each([
  'file:///etc/passwd',
  'javascript:alert(1)',
  'smb://host/share',
  'vscode://open',
  'http://login.example/authorize',
])('a page at %s is not even asked about', async (page) => {
  expect(await open(page)).toBe(false)
  expect(native).toMatchObject({ asked: [], opened: [] })
})

test.each(['http://127.0.0.1:9000/authorize', 'http://localhost:9000/authorize', 'http://[::1]:9000/authorize'])(
  'an authorization server on this machine needs no encryption: %s',
  async (page) => {
    expect(await open(page)).toBe(true)
  },
)
