/**
 * Random interleavings of what code, people and a dying host may do to tasks in threads and processes of their own,
 * through a real host, against the reference model. After each command the runner must come to where the model is.
 */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createNodeSpawner } from '../../../../core/runner/host/node-spawner.ts'
import type { Spawner } from '../../../../core/runner/host/spawner.ts'
import { hostsOfThisFile } from '../host/opened-host.ts'
import { placeCommand } from './place-commands.ts'
import { scriptedModule } from './place-module.ts'
import { PlaceUnderTest } from './place-under-test.ts'
import { openScriptLines } from './script-lines.ts'
import { seededRuns } from './seeded-runs.ts'
import { checkHistory } from './task-history.ts'

const open = hostsOfThisFile()
const runsIn = {
  thread: seededRuns('thread', 'TASKSCOPE_THREAD_RUNS', 12),
  process: seededRuns('process', 'TASKSCOPE_PROCESS_RUNS', 4),
}

test.each(['thread', 'process'] as const)(
  'any interleaving of tasks in a %s of their own does what the model says',
  { timeout: 120_000 + Math.max(runsIn.thread.numRuns, runsIn.process.numRuns) * 8000 },
  async (isolation) => {
    const written: string[] = []
    const spawner = listeningSpawner((chunk) => void written.push(chunk))
    const host = await open({ 'm.ts': scriptedModule(isolation) }, { intensity: 100_000, spawner })
    const lines = await openScriptLines()
    try {
      await host.host.opened
      const commands = fc.array(placeCommand, { minLength: 4, maxLength: 20, size: 'max' })
      await fc.assert(
        fc.asyncProperty(fc.boolean(), commands, async (stubborn, rest) => {
          const subject = new PlaceUnderTest(isolation, host, lines)
          for (const next of [{ do: 'submit', stubborn } as const, ...rest]) {
            await subject.run(next)
            if (subject.tooSlow) break
            // Code that spins is to be met in the middle of it.
            if (next.do !== 'spin') await subject.compare()
          }
          await subject.finish()
        }),
        { ...runsIn[isolation], endOnFailure: process.env.TASKSCOPE_MODEL_SHRINK === undefined },
      )
      await host.close()
      checkHistory(host.events)
      const pids = new Set([...lines.peers()].map(({ pid }) => pid))
      await vi.waitFor(() => expect([...pids].filter(lives), 'processes left').toEqual([]), { timeout: 20_000 })
    } catch (error) {
      // What a runtime writes when it dies is the best hint there is.
      throw new Error(`what the host wrote:\n${written.join('')}`, { cause: error })
    } finally {
      await lines.close()
    }
  },
)

function listeningSpawner(heard: (chunk: string) => void): Spawner {
  const spawner = createNodeSpawner()
  return {
    spawn(launch) {
      const started = spawner.spawn(launch)
      started.onOutput((_stream, chunk) => heard(chunk))
      return started
    },
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
