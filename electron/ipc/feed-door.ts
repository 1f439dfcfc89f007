/** Hands each page that asks one feed port, and ends the port that the same page had before. */
import { ipcMain, MessageChannelMain, type MessagePortMain } from 'electron'
import type { DownMessage, UpMessage } from '../../core/feed/protocol.ts'
import type { Port } from '../../core/model/port.ts'
import { channels } from './channels.ts'
import { isOwnPage } from './sender.ts'

export function openFeedDoor(connect: (port: Port<UpMessage, DownMessage>) => void): void {
  const current = new Map<number, MessagePortMain>()
  ipcMain.on(channels.feedPort, (event) => {
    if (!isOwnPage(event.senderFrame)) return
    const page = event.sender
    current.get(page.id)?.close()
    const { port1, port2 } = new MessageChannelMain()
    current.set(page.id, port1)
    port1.on('close', () => {
      if (current.get(page.id) === port1) current.delete(page.id)
    })
    connect(portOf(port1))
    port1.start()
    page.postMessage(channels.feedPort, undefined, [port2])
  })
}

/** Electron's port behind the core's own port. */
function portOf(port: MessagePortMain): Port<UpMessage, DownMessage> {
  let open = true
  port.on('close', () => {
    open = false
  })
  return {
    post(message) {
      if (open) port.postMessage(message)
    },
    onMessage(listener) {
      // The feed server parses whatever comes; the type only says what is meant to.
      const forward = (event: { data: UpMessage }) => listener(event.data)
      port.on('message', forward)
      return () => port.off('message', forward)
    },
    onClose(listener) {
      port.on('close', listener)
      return () => port.off('close', listener)
    },
    close() {
      open = false
      port.close()
    },
  }
}
