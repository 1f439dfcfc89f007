/**
 * Whatever a collector does and however often the process is killed: every span that was accepted has arrived, waits, or
 * is counted as dropped or unconfirmed; what is counted as dropped is certainly not there; and none comes twice unless a
 * request for it had no answer.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openDiskQueue } from '../../../core/telemetry/disk-queue.ts'
import { readDropEntries } from '../../../core/telemetry/drop-ledger.ts'
import { createOtlpExporter, type OtlpExporter } from '../../../core/telemetry/otlp-exporter.ts'
import type { Fetch } from '../../../core/telemetry/otlp-http-sender.ts'
import { decodeSpans } from '../../support/collector/decode-request.ts'
import { createFakeTime, type FakeTime } from '../../support/fake-time.ts'
import { numberedSpan } from './numbered-span.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

type Answer = 'take' | 'busy' | 'refuse' | 'not there' | 'unreachable' | 'take and cut off' | 'take and hang'

type Step =
  | { readonly do: 'accept'; readonly count: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'kill' }

const answer = fc.constantFrom<Answer>(
  'take',
  'take',
  'busy',
  'refuse',
  'not there',
  'unreachable',
  'take and cut off',
  'take and hang',
)

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('accept' as const), count: fc.integer({ min: 1, max: 600 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
  fc.constant({ do: 'kill' as const }),
)

/** After these everybody knows what became of the request. */
const sureAnswers: readonly Answer[] = ['take', 'busy', 'refuse', 'not there']

interface Life {
  readonly exporter: OtlpExporter
  /** As kill -9: nothing of it happens any more. */
  kill(): void
}

function live(folder: string, time: FakeTime, collect: (spans: readonly string[]) => Promise<Response>): Life {
  let dead = false
  const after = (delayMs: number, callback: () => void) => time.after(delayMs, () => !dead && callback())
  const fetch: Fetch = (_url, { body, signal }) => {
    const spans = decodeSpans(body as Uint8Array).map(({ spanId }) => spanId)
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => !dead && reject(signal.reason))
      collect(spans).then(
        (response) => !dead && resolve(response),
        (error) => !dead && reject(error),
      )
    })
  }
  const queue = openDiskQueue({ folder, clock: time })
  if (queue === undefined) throw new Error('the folder is taken')
  const exporter = createOtlpExporter({
    endpoint: 'http://collector.invalid/v1/traces',
    headers: {},
    resource: {},
    clock: time,
    timers: { after },
    fetch,
    queue,
    random: () => 0.5,
  })
  return {
    exporter,
    kill() {
      dead = true
      rmSync(join(folder, 'lock'))
    },
  }
}

it('accepted = arrived + dropped + the unconfirmed that are not there, over any faults and kills', async () => {
  const steps = fc.array(step, { minLength: 2, maxLength: 14 })
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { maxLength: 10 }), steps, async (schedule, plan) => {
      const folder = createTemporaryFolder()
      const time = createFakeTime()
      const arrived = new Map<string, number>()
      const unanswered = new Set<string>()
      /** Of which nobody but the collector can know whether they arrived, or whether it kept all. */
      const doubtful = new Set<string>()
      let requests = 0
      const collect = (spans: readonly string[]): Promise<Response> => {
        const what = schedule[requests] ?? 'take'
        requests += 1
        if (!sureAnswers.includes(what)) for (const id of spans) doubtful.add(id)
        if (what.startsWith('take')) for (const id of spans) arrived.set(id, (arrived.get(id) ?? 0) + 1)
        switch (what) {
          case 'take':
          case 'take and cut off': {
            const cut = new ReadableStream({ start: (controller) => controller.error(new Error('cut off')) })
            return Promise.resolve(new Response(what === 'take' ? null : cut, { status: 200 }))
          }
          case 'busy':
            return Promise.resolve(new Response('busy', { status: 503 }))
          case 'refuse':
            return Promise.resolve(new Response('no', { status: 400 }))
          case 'not there':
            return Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))
          case 'unreachable':
            return Promise.reject(new TypeError('fetch failed'))
          case 'take and hang':
            for (const id of spans) unanswered.add(id)
            return new Promise(() => undefined)
        }
      }
      let life = live(join(folder.path, 'queue'), time, collect)
      let accepted = 0
      try {
        for (const one of plan) {
          if (one.do === 'accept') {
            for (let n = 0; n < one.count; n++) life.exporter.accept(numberedSpan(accepted + n + 1))
            accepted += one.count
            // The end of the turn.
            await Promise.resolve()
          } else if (one.do === 'wait') await time.advance(one.ms)
          else {
            // What has an answer is dealt with; a request that hangs is cut in the middle.
            await time.settle()
            life.kill()
            life = live(join(folder.path, 'queue'), time, collect)
          }
        }
        // By then every pause has ended, and every request that hangs has been given up.
        await time.advance(600_000)
        const { queued, dropped, unconfirmed = 0 } = life.exporter.health()
        expect(queued).toBe(0)
        const twice = [...arrived].filter(([, times]) => times > 1).map(([id]) => id)
        expect(twice.filter((id) => !unanswered.has(id))).toEqual([])
        const entries = readDropEntries(join(folder.path, 'queue'))
        const idsOf = (which: (reason: string) => boolean) =>
          entries.flatMap(({ reason, spans }) => (which(reason) ? (spans ?? []) : []))
        const surely = idsOf((reason) => reason !== 'unconfirmed')
        const perhaps = idsOf((reason) => reason === 'unconfirmed')
        expect([surely.length, perhaps.length]).toEqual([dropped, unconfirmed])
        expect(surely.filter((id) => arrived.has(id))).toEqual([])
        const perhapsMissing = perhaps.filter((id) => !arrived.has(id)).length
        expect(accepted - arrived.size).toBe(dropped + perhapsMissing)
        // Nothing is called unconfirmed whose requests were all answered.
        expect(perhaps.filter((id) => !doubtful.has(id))).toEqual([])
      } finally {
        await life.exporter.close(0)
        folder.remove()
      }
    }),
    { numRuns: 60 },
  )
}, 60_000)
