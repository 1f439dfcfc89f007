/** The application menu. Items that concern tasks only name a window command; the window's own registry decides. */
import { app, type BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  readonly run: (command: string) => void
  /** A person wants to quit. */
  readonly quit: () => void
  readonly window: () => BrowserWindow | undefined
}

export function installMenu(actions: MenuActions): void {
  const command = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => actions.run(id),
  })
  const quit: MenuItemConstructorOptions = { label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: actions.quit }
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [appMenu(quit)] : []),
    {
      label: '&File',
      submenu: [
        command('Open module…', 'start.open', 'CmdOrCtrl+O'),
        command('Open recording…', 'start.openCapture'),
        command('Open the demo', 'start.demo'),
        { type: 'separator' },
        command('Connect to a server…', 'start.connect', 'CmdOrCtrl+N'),
        { type: 'separator' },
        process.platform === 'darwin' ? { role: 'close' } : quit,
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        command('Command palette…', 'view.palette'),
        command('Freeze view', 'view.freeze'),
        { type: 'separator' },
        command('Settings…', 'view.settings', 'CmdOrCtrl+,'),
        command('Export settings…', 'view.export'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    {
      role: 'help',
      submenu: [command('Keyboard shortcuts', 'view.shortcuts'), command('About Taskscope', 'view.about')],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

/** As the system's own, but for Quit. */
function appMenu(quit: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    label: app.name,
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { ...quit, label: `Quit ${app.name}` },
    ],
  }
}
