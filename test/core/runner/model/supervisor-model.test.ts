/**
 * Random interleavings of what code, people, time and a dying process may do to supervisors and the tasks that they
 * keep, against the reference model. A failure prints the seed and the shortest list of commands that shows it.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldMs } from '../../../../core/runner/samples.ts'
import { hearRejections } from './hear-rejections.ts'
import { hostRunner } from './hosted-runner.ts'
import { seededRuns } from './seeded-runs.ts'
import { supervisorCommand } from './supervisor-commands.ts'
import { SupervisorsUnderTest } from './supervisors-under-test.ts'
import { checkHistory } from './task-history.ts'

const runs = seededRuns('supervisors', 'TASKSCOPE_SUPERVISOR_RUNS', 200)

test('any interleaving of supervised tasks does what the model says', {
  timeout: 30_000 + runs.numRuns * 50,
}, async () => {
  let heard: (reason: unknown) => void = () => {}
  const restore = hearRejections((reason) => heard(reason))
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(supervisorCommand, { maxLength: 40, size: 'max' }), async (commands) => {
        const host = await hostRunner()
        heard = host.unhandled
        const subject = new SupervisorsUnderTest(host)
        for (const next of commands) {
          await subject.run(next)
          subject.compare()
        }
        await subject.finish()
        await host.time.advance(foldMs)
        expect(host.time.pending(), 'timers left').toBe(0)
        await host.close()
        checkHistory(host.events)
      }),
      runs,
    )
  } finally {
    restore()
  }
})
