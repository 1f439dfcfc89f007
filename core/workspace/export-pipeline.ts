/**
 * From events to a collector: one observer makes the spans, one exporter sends them, and the settings may change while
 * tasks run. Spans made while nothing is configured are not kept: nothing leaves unless a person asked for it.
 */
import type { AppCommands, CommandFailure, CommandResult, ExportSettings } from '../feed/app-commands.ts'
import type { ExportHealth } from '../feed/app-status.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { NodeKey } from '../model/identity.ts'
import type { TraceIds } from '../model/span.ts'
import { type ChosenExport, type ResolvedExport, resolveExport } from '../telemetry/export-settings.ts'
import type { Environment } from '../telemetry/otel-environment.ts'
import { createOtlpExporter, type OtlpExporter } from '../telemetry/otlp-exporter.ts'
import { createSpanObserver, type SpanObserver } from '../telemetry/span-observer.ts'

export interface ExportPipelineOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly version: string
  readonly env: Environment
  /** Ids of a task that may have ended long ago, for links between attempts. */
  readonly traceOf: (key: NodeKey) => TraceIds | undefined
  /** Called when the health may have changed for the eye. */
  readonly onChange?: () => void
}

export interface ExportPipeline {
  readonly observer: SpanObserver
  /** Sends from now on as chosen; the environment wins. Spans that wait for the old collector get a short last chance. */
  configure(chosen: ChosenExport): CommandResult<undefined>
  settings(): ExportSettings
  health(): ExportHealth
  openSpans(): number
  /** Sends one span as chosen, without changing anything, and tells the collector's answer. */
  test(chosen: ChosenExport): Promise<CommandResult<AppCommands['testExport']['output']>>
  close(): Promise<void>
}

export function createExportPipeline(options: ExportPipelineOptions): ExportPipeline {
  const { clock, timers } = options
  let chosen: ChosenExport = { endpoint: '', headers: {} }
  let resolved = resolve(chosen)
  let exporter = open(resolved)
  const observer = createSpanObserver({
    sink: { accept: (span) => exporter.accept(span) },
    traceOf: options.traceOf,
    timers,
  })

  function resolve(wanted: ChosenExport): ResolvedExport {
    return resolveExport(wanted, options.env, { version: options.version })
  }

  function open(to: ResolvedExport): OtlpExporter {
    return createOtlpExporter({ ...to, clock, timers })
  }

  return {
    observer,
    configure(wanted) {
      const next = resolve(wanted)
      const problem = next.problems[0]
      if (wanted.endpoint.trim() !== '' && next.endpoint === '' && next.fromEnvironment === undefined) {
        return failure(problem ?? 'the endpoint was not understood')
      }
      const old = exporter
      chosen = wanted
      resolved = next
      exporter = open(next)
      void old.close()
      options.onChange?.()
      return { ok: true, value: undefined }
    },
    settings: () => ({
      endpoint: resolved.fromEnvironment === undefined ? chosen.endpoint : resolved.endpoint,
      headers: chosen.headers,
      ...(resolved.fromEnvironment === undefined ? {} : { fromEnvironment: resolved.fromEnvironment }),
    }),
    health: () => exporter.health(),
    openSpans: () => observer.openSpans(),
    async test(wanted) {
      const target = resolve(wanted)
      if (target.endpoint === '') return failure(target.problems[0] ?? 'there is no endpoint to send to')
      const probe = open(target)
      try {
        const { ok, answer, tookMs } = await probe.testSpan()
        return ok ? { ok: true, value: { answer, tookMs } } : failure(answer)
      } finally {
        await probe.close(0)
      }
    },
    async close() {
      observer.close()
      await exporter.close()
    },
  }
}

function failure(error: string): CommandFailure {
  return { ok: false, error }
}
