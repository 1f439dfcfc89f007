/** Hosts as Electron utility processes: Node without a window, whatever fuses the packaged application has. */
import { utilityProcess } from 'electron'
import type { HostExit, HostProcess, OutputStream, Spawner } from '../core/runner/host/spawner.ts'

export function createUtilitySpawner(): Spawner {
  return {
    spawn(launch) {
      const child = utilityProcess.fork(launch.entry, [...launch.args], {
        env: { ...launch.env },
        ...(launch.cwd === undefined ? {} : { cwd: launch.cwd }),
        serviceName: `taskscope host ${launch.name}`,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      return hostProcess(child)
    },
  }
}
