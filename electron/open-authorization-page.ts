import { type BrowserWindow, shell } from 'electron'
import { askToAuthorize } from './consent.ts'

/**
 * Sends the person to the page of an authorization server, in their own browser, if they agree. Only web pages are
 * opened: what a server names is handed to the operating system, which would start other programs for other addresses.
 * @returns whether the page was opened
 */
export async function openAuthorizationPage(window: BrowserWindow, server: string, page: URL): Promise<boolean> {
  if (page.protocol !== 'https:' && !isLoopback(page)) return false
  if (!(await askToAuthorize(window, server, page))) return false
  await shell.openExternal(page.href)
  return true
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]')
}
