/**
 * What no page of this application may ever do, whatever it shows (https://www.electronjs.org/docs/latest/tutorial/security).
 * Each guard here has a test that fails when it is taken away (`npm run test:mutants`).
 */
import { app, type Session, type WebContents } from 'electron'
import { appOrigin } from './app-scheme.ts'

/** Applies to every web contents that is ever created. Call once, before the first window. */
export function hardenWebContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    denyNavigation(contents)
    denyPopups(contents)
    denyWebviews(contents)
  })
}

function denyNavigation(contents: WebContents): void {
  const guard = (event: { preventDefault(): void; url: string }) => {
    if (!isAppUrl(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', guard)
  contents.on('will-frame-navigate', guard)
  contents.on('will-redirect', guard)
}

function denyPopups(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

function denyWebviews(contents: WebContents): void {
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** No camera, no notifications, no clipboard reading: the page needs no permission at all. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
}

/** Whether a URL belongs to our own page. */
export function isAppUrl(url: string): boolean {
  return url === appOrigin || url.startsWith(`${appOrigin}/`)
}
