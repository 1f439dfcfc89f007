// A bare window for pictures of the preview.
const { app, BrowserWindow } = require('electron')

app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    useContentSize: true,
    frame: false,
    webPreferences: { sandbox: true },
  })
  window.loadURL('about:blank')
})
