/**
 * A process that runs tasks and exports their spans, to be killed at any moment. Every task function writes its own id
 * to a file as its first statement: that file is what has been produced.
 *
 *   node exporting-process.mjs <folder> <endpoint> <run> <tasks>
 *
 * What it shows as interrupted it writes to another file, and it prints the drops that it shows when everything is
 * delivered or dropped. Timers run twenty times as fast.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { sourceId } from '../../../../core/model/identity.ts'
import type { SpanData } from '../../../../core/model/span.ts'
import { createRegistry } from '../../../../core/registry/registry.ts'
import { defineTask } from '../../../../core/runner/define-task.ts'
import { createTaskRunner } from '../../../../core/runner/task-runner.ts'
import { systemClock, systemTimers } from '../../../../core/system/system-clock.ts'
import { attributeNames as names } from '../../../../core/telemetry/attribute-names.ts'
import { destinationsOf, resolveExport } from '../../../../core/telemetry/export-settings.ts'
import { interruptedSpan } from '../../../../core/telemetry/lifecycle-spans.ts'
import { openLedger } from '../../../../core/telemetry/open-ledger.ts'
import { createSpanObserver } from '../../../../core/telemetry/span-observer.ts'
import { createExportDestinations } from '../../../../core/workspace/export-destinations.ts'

const [folder = '', endpoint = '', run = '', count = '0'] = process.argv.slice(2)
const speed = 20
const timers = { after: (delayMs: number, callback: () => void) => systemTimers.after(delayMs / speed, callback) }
const truth = join(folder, 'produced.txt')

const destinations = createExportDestinations({ clock: systemClock, timers, folder: join(folder, 'queue') })
const settings = resolveExport({ endpoint, headers: {}, compression: 'gzip' }, {}, { version: '1.0.0' })
destinations.change(destinationsOf(settings), {})
const ledger = openLedger({ folder: join(folder, 'queue'), before: destinations.write })
const known = destinations.waitingIds()
for (const begun of ledger.left) {
  if (!known.has(begun.spanId)) {
    appendFileSync(join(folder, 'interrupted.txt'), `${begun.attributes[names.taskId]}\n`)
    destinations.accept(interruptedSpan(begun, ledger.lastAliveAt))
  }
  ledger.ended(begun.spanId)
}

// One span per task makes every drop the drop of one task.
const accept = (span: SpanData) => {
  if (span.name.startsWith('task ')) destinations.accept(span)
}
const registry = createRegistry()
registry.observe(
  createSpanObserver({
    sink: { accept },
    ledger,
  }),
)
const runner = createTaskRunner({ source: sourceId('truth'), sink: (event) => void registry.apply(event) })
const work = defineTask({
  name: 'work',
  run: async (ctx) => {
    appendFileSync(truth, `${ctx.id}\n`)
    await ctx.sleep(Math.random() * 4)
  },
})

const running = new Set<Promise<unknown>>()
for (let n = 0; n < Number(count); n++) {
  const task = runner.submit(work, undefined, { id: `${run}-${n}` })
  const ended: Promise<unknown> = task.outcome.then(() => running.delete(ended))
  running.add(ended)
  while (running.size >= 20) await Promise.race(running)
}
await Promise.all(running)
while (destinations.health().some(({ queued }) => queued > 0)) await new Promise((resolve) => setTimeout(resolve, 20))
const { dropped = 0, unconfirmed = 0 } = destinations.health()[0] ?? {}
await runner.close('done')
await destinations.close()
ledger.close()
process.stdout.write(`${JSON.stringify({ dropped, unconfirmed })}\n`)
