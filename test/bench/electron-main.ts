/** Runs one section in the main process of Electron, where the application has its registry and its spans. */
import { app } from 'electron'

app.disableHardwareAcceleration()
// Not awaited at the top: the application is ready only after this module has been evaluated.
void app.whenReady().then(() => import('./run-section.ts'))
