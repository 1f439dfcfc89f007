/**
 * Hosts as child processes of plain Node: for the command line, for tests, and for use as a library. Where Electron
 * runs as Node, its executable has to be told so again.
 */
import { spawn } from 'node:child_process'
import { systemTimers } from '../../system/system-clock.ts'
import type { HostExit, HostLaunch, HostProcess, Spawner } from './spawner.ts'

/** How long the output of an ended process is waited for. */
const lastWordsMs = 300

const runAsNode = process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }

/** @param execPath the Node executable; by default the one that runs this. */
export function createNodeSpawner(execPath: string = process.execPath): Spawner {
  return { spawn: (launch) => spawnNode(execPath, launch) }
}

function spawnNode(execPath: string, launch: HostLaunch): HostProcess {
  const child = spawn(execPath, [launch.entry, ...launch.args], {
    cwd: launch.cwd,
    env: { ...launch.env, ...runAsNode },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const exitListeners = new Set<(exit: HostExit) => void>()
  let exit: HostExit | undefined
  const ended = (value: HostExit): void => {
    if (exit !== undefined) return
    exit = value
    for (const listener of exitListeners) listener(value)
    exitListeners.clear()
  }
  // `close` follows when its last words have been read; it never comes when a process that it started itself goes on
  // and holds its output open.
  child.once('exit', (code, signal) => {
    const exited: HostExit = { code: code ?? undefined, signal: signal ?? undefined }
    const enough = systemTimers.after(lastWordsMs, () => ended(exited))
    child.once('close', () => {
      enough()
      ended(exited)
    })
  })
  child.once('error', (error) => {
    if (child.pid === undefined) ended({ code: undefined, signal: undefined, error: error.message })
  })
  child.stdout.setEncoding('utf8')
  child.stderr.setEncoding('utf8')
  return {
    get pid() {
      return child.pid
    },
    onOutput(listener) {
      const out = (chunk: string): void => listener('stdout', chunk)
      const err = (chunk: string): void => listener('stderr', chunk)
      child.stdout.on('data', out)
      child.stderr.on('data', err)
      return () => {
        child.stdout.off('data', out)
        child.stderr.off('data', err)
      }
    },
    onExit(listener) {
      if (exit !== undefined) {
        listener(exit)
        return () => undefined
      }
      exitListeners.add(listener)
      return () => exitListeners.delete(listener)
    },
    kill(signal = 'SIGKILL') {
      child.kill(signal)
    },
  }
}
