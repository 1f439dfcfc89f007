/** Hosts as Electron utility processes: Node without a window, whatever fuses the packaged application has. */
import { type UtilityProcess, utilityProcess } from 'electron'
import type { HostExit, HostProcess, Spawner } from '../core/runner/host/spawner.ts'

export function createUtilitySpawner(): Spawner {
  return {
    spawn(launch) {
      const child = utilityProcess.fork(launch.entry, [...launch.args], {
        env: { ...launch.env },
        cwd: launch.cwd,
        serviceName: `taskscope host ${launch.name}`,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      return hostProcess(child)
    },
  }
}

/**
 * Electron tells the number of a signal as if it were an exit code. A host that exits by itself has said so before, so
 * one that ends unannounced with such a number was ended by the signal.
 */
const signalNumbers: Readonly<Record<number, NodeJS.Signals>> = {
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
}

function exitOf(code: number): HostExit {
  const signal = process.platform === 'win32' ? undefined : signalNumbers[code]
  return { code: signal === undefined ? code : undefined, signal }
}

function hostProcess(child: UtilityProcess): HostProcess {
  let ended: HostExit | undefined
  child.once('exit', (code) => {
    ended = exitOf(code)
  })
  child.stdout?.setEncoding('utf8')
  child.stderr?.setEncoding('utf8')
  return {
    get pid() {
      return child.pid
    },
    onOutput(listener) {
      const out = (chunk: string) => listener('stdout', chunk)
      const err = (chunk: string) => listener('stderr', chunk)
      child.stdout?.on('data', out)
      child.stderr?.on('data', err)
      return () => {
        child.stdout?.off('data', out)
        child.stderr?.off('data', err)
      }
    },
    onExit(listener) {
      if (ended !== undefined) {
        listener(ended)
        return () => undefined
      }
      const forward = (code: number) => listener(exitOf(code))
      child.once('exit', forward)
      return () => child.off('exit', forward)
    },
    kill(signal = 'SIGKILL') {
      if (ended !== undefined) return
      // Electron's own kill only asks (SIGTERM); a host that is stopped or busy would not hear it.
      if (signal === 'SIGKILL' && child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      else child.kill()
    },
  }
}
