/** The one window: sandboxed, isolated, shown when it has something to show, and brought back when its page dies. */
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { appOrigin } from '../app-scheme.ts'

export interface WindowPlace {
  readonly width: number
  readonly height: number
  readonly x?: number
  readonly y?: number
}

export interface MainWindowOptions {
  readonly preload: string
  readonly place: WindowPlace | undefined
  readonly onPlace: (place: WindowPlace) => void
  readonly onPageGone: (reason: string) => void
}

/** Dies of the page more often than this within a minute are not answered with another reload. */
const maxReloadsPerMinute = 5

export function createMainWindow(options: MainWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...(visiblePlace(options.place) ?? { width: 1440, height: 900 }),
    minWidth: 760,
    minHeight: 480,
    useContentSize: true,
    autoHideMenuBar: true,
    show: false,
    title: 'Taskscope',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14161a' : '#f6f6f8',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  const keepPlace = () => {
    if (!window.isMinimized() && !window.isFullScreen()) options.onPlace(window.getNormalBounds())
  }
  window.on('close', keepPlace)
  reloadWhenGone(window, options.onPageGone)
  void window.loadURL(`${appOrigin}/index.html`)
  return window
}

function reloadWhenGone(window: BrowserWindow, onPageGone: (reason: string) => void): void {
  let deaths: number[] = []
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return
    onPageGone(details.reason)
    const now = performance.now()
    deaths = [...deaths.filter((at) => now - at < 60_000), now]
    if (deaths.length <= maxReloadsPerMinute && !window.isDestroyed()) window.webContents.reload()
  })
}

/** A remembered place counts only while a screen still shows it. */
function visiblePlace(place: WindowPlace | undefined): WindowPlace | undefined {
  if (place?.x === undefined || place.y === undefined) return place
  const { x, y } = place
  const seen = screen.getAllDisplays().some(({ workArea }) => {
    return (
      x < workArea.x + workArea.width - 80 &&
      x + place.width > workArea.x + 80 &&
      y >= workArea.y &&
      y < workArea.y + workArea.height - 80
    )
  })
  return seen ? place : { width: place.width, height: place.height }
}

/** Brings the window to the front. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
