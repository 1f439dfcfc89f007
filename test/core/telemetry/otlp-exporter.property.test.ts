/** Whatever a collector does, every span is accounted for, and none is delivered twice once it was taken. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { SpanData } from '../../../core/model/span.ts'
import { createOtlpExporter } from '../../../core/telemetry/otlp-exporter.ts'
import type { Fetch } from '../../../core/telemetry/otlp-http-sender.ts'
import { maxBatch } from '../../../core/telemetry/span-queue.ts'
import { createFakeTime } from '../../support/fake-time.ts'
import { span } from '../../support/span-sample.ts'
import { spanIdOf, traceId } from './span-scene.ts'

type Answer = 'take' | 'busy' | 'busy for 7 s' | 'refuse' | 'hang' | 'unreachable' | 'cut off after a success'

type Step =
  | { readonly do: 'accept'; readonly count: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'flush' }

const answer = fc.constantFrom<Answer>(
  'take',
  'take',
  'take',
  'busy',
  'busy for 7 s',
  'refuse',
  'hang',
  'unreachable',
  'cut off after a success',
)

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('accept' as const), count: fc.integer({ min: 1, max: 700 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  fc.constant({ do: 'flush' as const }),
)

/** A collector that goes through a schedule and then takes everything. `taken` counts requests that it kept. */
function scheduled(schedule: readonly Answer[]): { readonly fetch: Fetch; readonly taken: () => number } {
  let next = 0
  let taken = 0
  const fetch: Fetch = (_url, { signal }) => {
    const what = schedule[next] ?? 'take'
    next += 1
    switch (what) {
      case 'take':
        taken += 1
        return Promise.resolve(new Response(null, { status: 200 }))
      case 'busy':
        return Promise.resolve(new Response('busy', { status: 503 }))
      case 'busy for 7 s':
        return Promise.resolve(new Response('busy', { status: 429, headers: { 'retry-after': '7' } }))
      case 'refuse':
        return Promise.resolve(new Response('no', { status: 400 }))
      case 'unreachable':
        return Promise.reject(new TypeError('fetch failed'))
      case 'hang':
        return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      case 'cut off after a success': {
        taken += 1
        const body = new ReadableStream({ start: (controller) => controller.error(new Error('cut off')) })
        return Promise.resolve(new Response(body, { status: 200 }))
      }
    }
  }
  return { fetch, taken: () => taken }
}

it('accepted = sent + queued + dropped + unconfirmed, at any moment, and nothing is left behind after closing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { maxLength: 12 }),
      fc.array(step, { maxLength: 12 }),
      async (schedule, steps) => {
        const time = createFakeTime()
        const { fetch, taken } = scheduled(schedule)
        const exporter = createOtlpExporter({
          endpoint: 'http://collector.invalid/v1/traces',
          headers: {},
          resource: {},
          clock: time,
          timers: time,
          fetch,
          maxQueue: 2000,
          random: () => 0.5,
        })
        let accepted = 0
        const account = (): void => {
          const { sent, queued, dropped, unconfirmed = 0 } = exporter.health()
          expect(sent + queued + dropped + unconfirmed).toBe(accepted)
          const { overflow, refused, rejected, closed } = exporter.drops()
          expect(overflow + refused + rejected + closed).toBe(dropped)
          expect(sent).toBeLessThanOrEqual(taken() * maxBatch)
        }
        for (const one of steps) {
          if (one.do === 'accept') {
            for (let n = 0; n < one.count; n++) exporter.accept(numbered(accepted + n))
            accepted += one.count
          } else if (one.do === 'wait') await time.advance(one.ms)
          else void exporter.flush()
          await time.settle()
          account()
        }
        const closed = exporter.close(2000)
        await time.advance(12_000)
        await closed
        await time.settle()
        account()
        expect(exporter.health().queued).toBe(0)
        expect(time.pending()).toBe(0)
      },
    ),
    { numRuns: 200 },
  )
})

function numbered(n: number): SpanData {
  return span(spanIdOf(n + 1), { traceId, name: 'span' })
}
