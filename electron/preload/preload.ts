/**
 * The only door between the page and the main process. It exposes verbs, never Electron objects;
 * main checks the sender and parses each input again.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { AppNotice, TaskscopeBridge } from '../../core/feed/app-commands.ts'
import { channels } from '../ipc/channels.ts'

ipcRenderer.on(channels.feedPort, (event) => {
  window.postMessage({ type: channels.feedPort }, window.location.origin, [...event.ports])
})

const bridge: TaskscopeBridge = {
  invoke: (name, input) => ipcRenderer.invoke(channels.command, name, input),
  onNotice(listener) {
    const forward = (_event: unknown, notice: AppNotice) => listener(notice)
    ipcRenderer.on(channels.notice, forward)
    return () => ipcRenderer.off(channels.notice, forward)
  },
  pathOfDrop: (file) => (file instanceof File ? webUtils.getPathForFile(file) : ''),
  requestFeed: () => ipcRenderer.send(channels.feedPort),
  platform: process.platform,
}

contextBridge.exposeInMainWorld('taskscope', bridge)
