/**
 * From events to collectors: one observer makes the spans, one measures, and the settings may change while tasks run.
 * Spans made while nothing is configured are not kept: nothing leaves unless a person asked for it.
 */
import type { AppCommands, CommandFailure, CommandResult, ExportSettings } from '../feed/app-commands.ts'
import type { AppMetrics } from '../model/app-metrics.ts'
import type { ChosenExport } from '../model/chosen-export.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { Dispose } from '../model/dispose.ts'
import type { ExportHealth } from '../model/export-health.ts'
import type { NodeKey, SourceId } from '../model/identity.ts'
import type { Attributes, SpanData, TraceIds } from '../model/span.ts'
import { attributeNames } from '../telemetry/attribute-names.ts'
import { destinationsOf, type ResolvedExport } from '../telemetry/export-settings.ts'
import type { Metric } from '../telemetry/metric.ts'
import { summarize } from '../telemetry/metric-summary.ts'
import type { BegunSpan } from '../telemetry/open-ledger.ts'
import type { Environment } from '../telemetry/otel-environment.ts'
import { createOtlpExporter } from '../telemetry/otlp-exporter.ts'
import { createRedaction } from '../telemetry/redaction.ts'
import { exportMetrics, type SelfReadings, selfMetrics } from '../telemetry/self-metrics.ts'
import { createSpanObserver, type SpanObserver } from '../telemetry/span-observer.ts'
import type { LaterSpan } from '../telemetry/span-sink.ts'
import { createTaskMetrics, type TaskMetrics } from '../telemetry/task-metrics.ts'
import { createExportChoice } from './export-choice.ts'
import { createExportDestinations } from './export-destinations.ts'
import { togetherHealth } from './export-health.ts'
import { createInterruptedSpans } from './interrupted-spans.ts'

export interface ExportPipelineOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly version: string
  readonly env: Environment
  /** Ids of a task that may have ended long ago, for links between attempts. */
  readonly traceOf: (key: NodeKey) => TraceIds | undefined
  /** What the conventions want to be said of the MCP connection that a task came over; `undefined` when it is none. */
  readonly mcpOf?: (source: SourceId) => Attributes | undefined
  /** Where spans wait that outlive this process; without it they wait in memory. */
  readonly queueFolder?: string | undefined
  /** Names this run of the application on its spans, so that it knows them when they come back. */
  readonly instance?: string
  /** Why nothing may be sent to this address, if so. */
  readonly whyNotTo?: (endpoint: string) => string | undefined
  /** What Taskscope says of itself as metrics. */
  readonly self?: () => SelfReadings
  /** Called when the health may have changed for the eye. */
  readonly onChange?: () => void
}

export interface ExportPipeline {
  readonly observer: SpanObserver
  /** Measures tasks, whether or not that is exported. */
  readonly metrics: TaskMetrics
  /** Sends from now on as chosen; the environment wins. Spans that wait for the old collector get a short last chance. */
  configure(chosen: ChosenExport): CommandResult<undefined>
  settings(): ExportSettings
  /** What the person chose, without what the environment decides meanwhile: to be kept. */
  chosen(): ChosenExport
  /** Names of headers that must be entered again before anything is sent, each once. */
  missingHeaders(): readonly string[]
  /** All destinations together. */
  health(): ExportHealth
  destinations(): readonly ExportHealth[]
  /** The addresses that spans are sent to. */
  endpoints(): readonly string[]
  openSpans(): number
  /** Everything that is measured, as it is exported. */
  readMetrics(): readonly Metric[]
  /** The same in the few lines that a person reads. */
  summary(): AppMetrics
  /** Sends one span as chosen, without changing anything, and tells the collector's answer. */
  test(chosen: ChosenExport): Promise<CommandResult<AppCommands['testExport']['output']>>
  close(): Promise<void>
}

export function createExportPipeline(options: ExportPipelineOptions): ExportPipeline {
  const { clock, timers, queueFolder } = options
  const begunAt = clock.now()
  const choice = createExportChoice(options.env, options.version)
  let redact = createRedaction([])
  let stopMetrics: Dispose | undefined
  const destinations = createExportDestinations({ clock, timers, folder: queueFolder })
  const observer = createSpanObserver({
    sink: { accept: send, acceptLater: sendLater },
    traceOf: options.traceOf,
    ...(options.mcpOf !== undefined && { mcpOf: options.mcpOf }),
    ledger: { begun, ended: (spanId) => interrupted.ended(spanId) },
    timers,
  })
  const metrics = createTaskMetrics(begunAt)
  const interrupted = createInterruptedSpans({ folder: queueFolder, destinations, send })
  apply(choice.resolved)

  function send(span: SpanData): void {
    if (destinations.count > 0) destinations.accept(redact?.span(span) ?? span)
  }

  function sendLater(span: LaterSpan): void {
    if (destinations.count === 0) return
    // What is to be redacted is decided when a span ends, not when it is sent.
    const rules = redact
    destinations.acceptLater(rules === undefined ? span : { make: () => rules.span(span.make()) })
  }

  function begun(spanId: string, make: () => BegunSpan): void {
    if (destinations.count === 0) return
    const rules = redact
    interrupted.begun(spanId, rules === undefined ? make : () => rules.begun(make()))
  }

  function apply(next: ResolvedExport): void {
    redact = createRedaction(next.redact)
    const said = { ...next.resource, ...(options.instance && { [attributeNames.instanceId]: options.instance }) }
    const resource = redact?.attributes(said) ?? said
    destinations.change(destinationsOf(next), resource)
    if (destinations.count > 0) interrupted.open()
    stopMetrics?.()
    stopMetrics = next.metrics && destinations.count > 0 ? timers.after(next.metricIntervalMs, onMetrics) : undefined
  }

  function whyNotTo(next: ResolvedExport): string | undefined {
    const reasons = destinationsOf(next).map(({ endpoint }) => options.whyNotTo?.(endpoint))
    return reasons.find((reason) => reason !== undefined)
  }

  function onMetrics(): void {
    stopMetrics = timers.after(choice.resolved.metricIntervalMs, onMetrics)
    destinations.report(readMetrics(), begunAt)
  }

  function readMetrics(): readonly Metric[] {
    const at = clock.now()
    const own = options.self === undefined ? [] : selfMetrics(options.self(), begunAt, at)
    return [...metrics.read(at), ...own, ...exportMetrics(destinations.health(), begunAt, at)]
  }

  return {
    observer,
    metrics,
    configure(given) {
      const read = choice.read(given)
      if (!read.ok) return read
      const refused = whyNotTo(read.value.resolved)
      if (refused !== undefined) return failure(refused)
      choice.take(read.value)
      apply(choice.resolved)
      options.onChange?.()
      return { ok: true, value: undefined }
    },
    chosen: () => choice.chosen,
    settings: choice.settings,
    missingHeaders: () => [...new Set(destinationsOf(choice.resolved).flatMap((one) => one.missingHeaders))],
    health() {
      const health = togetherHealth(destinations.health())
      const problem = health.problem ?? interrupted.problem ?? choice.resolved.problems[0]
      const { tasks } = interrupted
      return { ...health, ...(problem !== undefined && { problem }), ...(tasks > 0 && { interrupted: tasks }) }
    },
    destinations: () => destinations.health(),
    endpoints: () => destinationsOf(choice.resolved).map(({ endpoint }) => endpoint),
    openSpans: () => observer.openSpans(),
    readMetrics,
    summary: () => summarize(readMetrics(), begunAt, clock.now()),
    async test(wanted) {
      const target = choice.resolve(wanted)
      if (target.endpoint === '') return failure(target.problems[0] ?? 'there is no endpoint to send to')
      const refused = whyNotTo(target)
      if (refused !== undefined) return failure(refused)
      const probe = createOtlpExporter({ ...target, clock, timers })
      try {
        const { ok, answer, tookMs } = await probe.testSpan()
        return ok ? { ok: true, value: { answer, tookMs } } : failure(answer)
      } finally {
        await probe.close(0)
      }
    },
    async close() {
      observer.close()
      stopMetrics?.()
      if (choice.resolved.metrics) destinations.report(readMetrics(), begunAt)
      await destinations.close()
      interrupted.close()
    },
  }
}

function failure(error: string): CommandFailure {
  return { ok: false, error }
}
