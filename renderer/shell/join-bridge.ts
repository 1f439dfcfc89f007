/** Joins the window to its application: the feed's port, settings, notices, dropped files. */
import type { AppNotice, TaskscopeBridge } from '../../core/feed/app-commands.ts'
import { createFeedClient, type FeedClient } from '../../core/feed/client.ts'
import type { DownMessage, UpMessage } from '../../core/feed/protocol.ts'
import { isCapturePath } from '../../core/model/capture-path.ts'
import type { Dispose } from '../../core/model/dispose.ts'
import type { Port } from '../../core/model/port.ts'
import { runCommand } from '../commands/command.ts'
import { findCommand } from '../commands/command-list.ts'
import { observeSlowFrames, watchSlowFrames } from '../state/slow-frames.ts'
import type { WindowModel } from '../state/window-model.ts'

/** After this long without a feed another one is asked for, milliseconds. */
const retryMs = 1000

export function joinBridge(model: WindowModel, bridge: TaskscopeBridge): Dispose {
  let client: FeedClient | undefined
  let stopSlowFrames: Dispose | undefined
  let retry: ReturnType<typeof setTimeout> | undefined

  function onMessage(event: MessageEvent): void {
    const isFeed = event.source === window && (event.data as { type?: unknown } | null)?.type === 'taskscope:feed'
    const port = event.ports[0]
    if (!isFeed || port === undefined) return
    if (client !== undefined) {
      client.attach(wrapPort(port))
      return
    }
    client = createFeedClient({ port: wrapPort(port), scheduler: { frame }, timers: { after } })
    client.onState(({ state }) => {
      clearTimeout(retry)
      if (state === 'closed') retry = setTimeout(bridge.requestFeed, retryMs)
    })
    model.attach(client)
    stopSlowFrames = watchSlowFrames(client.tellSlowFrames, { observe: observeSlowFrames, after })
  }

  function onDrop(event: DragEvent): void {
    event.preventDefault()
    for (const file of event.dataTransfer?.files ?? []) {
      const path = bridge.pathOfDrop(file)
      if (path === '') continue
      if (path.endsWith('.json')) void importDropped(model, path)
      else if (isCapturePath(path)) void model.invoke('openCapture', { path })
      else void model.invoke('openModule', { path, origin: 'drop' })
    }
  }

  window.addEventListener('message', onMessage)
  window.addEventListener('dragover', allowDrop)
  window.addEventListener('drop', onDrop)
  const endNotices = bridge.onNotice((notice) => takeNotice(model, notice))
  bridge.requestFeed()
  void readSettings(model)

  return () => {
    clearTimeout(retry)
    stopSlowFrames?.()
    window.removeEventListener('message', onMessage)
    window.removeEventListener('dragover', allowDrop)
    window.removeEventListener('drop', onDrop)
    endNotices()
    model.dispose()
  }
}

function allowDrop(event: DragEvent): void {
  event.preventDefault()
}

async function importDropped(model: WindowModel, path: string): Promise<void> {
  const result = await model.invoke('importServers', { path })
  const launch = result.ok ? result.value[0] : undefined
  if (launch !== undefined) model.open({ kind: 'connect', launch })
}

async function readSettings(model: WindowModel): Promise<void> {
  const result = await model.invoke('getSettings', undefined)
  if (result.ok) model.store.setState({ settings: result.value })
}

function takeNotice(model: WindowModel, notice: AppNotice): void {
  if (notice.type === 'notice') {
    const { tone, text, detail } = notice
    model.say(detail === undefined ? { tone, text } : { tone, text, detail })
    return
  }
  const command = findCommand(notice.command)
  if (command !== undefined) runCommand(command, model)
  else console.warn(`no command is called ${notice.command}`)
}

function frame(callback: () => void): Dispose {
  const handle = requestAnimationFrame(callback)
  return () => cancelAnimationFrame(handle)
}

function after(delayMs: number, callback: () => void): Dispose {
  const handle = setTimeout(callback, delayMs)
  return () => clearTimeout(handle)
}

function wrapPort(port: MessagePort): Port<DownMessage, UpMessage> {
  port.start()
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      const hear = (event: MessageEvent) => listener(event.data as DownMessage)
      port.addEventListener('message', hear)
      return () => port.removeEventListener('message', hear)
    },
    onClose(listener) {
      port.addEventListener('close', listener)
      return () => port.removeEventListener('close', listener)
    },
    close: () => port.close(),
  }
}
