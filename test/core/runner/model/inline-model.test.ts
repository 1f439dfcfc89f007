/**
 * Random interleavings of everything that code, people, time and a dying process may do to a few tasks, against the
 * reference model. A failure prints the seed and the shortest list of commands that shows it.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldMs } from '../../../../core/runner/samples.ts'
import { hearRejections } from './hear-rejections.ts'
import { hostRunner } from './hosted-runner.ts'
import { command } from './inline-commands.ts'
import { RunnerUnderTest } from './inline-under-test.ts'
import { seededRuns } from './seeded-runs.ts'
import { checkHistory } from './task-history.ts'

const runs = seededRuns('inline', 'TASKSCOPE_MODEL_RUNS', 1000)

test('any interleaving of inline tasks does what the model says', { timeout: 30_000 + runs.numRuns * 50 }, async () => {
  let heard: (reason: unknown) => void = () => {}
  const restore = hearRejections((reason) => heard(reason))
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40, size: 'max' }), async (commands) => {
        const host = await hostRunner()
        heard = host.unhandled
        const subject = new RunnerUnderTest(host)
        for (const next of commands) {
          await subject.run(next)
          subject.compare()
        }
        await subject.finish()
        await host.time.advance(foldMs)
        expect(host.runner().live()).toBe(0)
        expect(host.time.pending(), 'timers left').toBe(0)
        await host.close()
        await host.time.settle()
        expect(host.time.pending(), 'timers left by the owner').toBe(0)
        checkHistory(host.events)
        const strays = host.of('finding').filter(({ finding }) => finding.node === 'host')
        expect(strays, 'rejections of nobody').toEqual([])
      }),
      runs,
    )
  } finally {
    restore()
  }
})
