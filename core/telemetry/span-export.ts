/**
 * The exporter as the application uses it: the settings may change at any time, and the environment is asked each
 * time. Counts start anew with each destination.
 */
import type { ExportHealth } from '../feed/app-status.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { SpanData } from '../model/span.ts'
import type { ChosenExport, ResolvedExport } from './export-settings.ts'
import { resolveExport } from './export-settings.ts'
import type { Environment } from './otel-environment.ts'
import type { OtlpExporter, TestAnswer } from './otlp-exporter.ts'
import { createOtlpExporter } from './otlp-exporter.ts'
import type { Fetch } from './otlp-sender.ts'
import type { SpanSink } from './span-sink.ts'

export interface SpanExportOptions {
  readonly chosen: ChosenExport
  readonly env: Environment
  readonly version: string
  readonly clock: Clock
  readonly timers: Timers
  readonly fetch?: Fetch
}

export interface SpanExport extends SpanSink {
  readonly resolved: ResolvedExport
  health(): ExportHealth
  /** Sends what is queued to the old destination (for at most 2 s) and turns to the new one at once. */
  configure(chosen: ChosenExport): void
  /** Tries settings that are not in force yet. The environment wins here too, as it would later. */
  test(chosen: ChosenExport): Promise<TestAnswer>
  close(): Promise<void>
}

export function createSpanExport(options: SpanExportOptions): SpanExport {
  const { env, version } = options
  let resolved = resolveExport(options.chosen, env, { version })
  let exporter = exporterFor(resolved)
  const ending = new Set<Promise<void>>()

  function exporterFor(target: ResolvedExport): OtlpExporter {
    const { clock, timers, fetch } = options
    return createOtlpExporter({ ...target, clock, timers, ...(fetch !== undefined && { fetch }) })
  }

  function end(old: OtlpExporter): void {
    const ended = old.close().finally(() => ending.delete(ended))
    ending.add(ended)
  }

  return {
    get resolved() {
      return resolved
    },
    accept: (span: SpanData) => exporter.accept(span),
    health: () => exporter.health(),
    configure(chosen) {
      end(exporter)
      resolved = resolveExport(chosen, env, { version })
      exporter = exporterFor(resolved)
    },
    async test(chosen) {
      const target = resolveExport(chosen, env, { version })
      const [problem] = target.problems
      if (target.endpoint === '' && problem !== undefined) return { ok: false, answer: problem, tookMs: 0 }
      const probe = exporterFor(target)
      try {
        return await probe.testSpan()
      } finally {
        await probe.close(0)
      }
    },
    async close() {
      end(exporter)
      await Promise.all(ending)
    },
  }
}
