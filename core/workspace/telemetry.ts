/**
 * Telemetry, composed: what happens here goes out as spans and metrics, what other programs send comes in. Each of the two
 * knows the addresses of the other, so that nothing goes round.
 */
import type { FeedServer } from '../feed/server.ts'
import { connectionNode } from '../mcp/analyze/connection-id.ts'
import { nodeKey, type SourceId } from '../model/identity.ts'
import { isTaskRow } from '../model/row.ts'
import type { Emit } from '../model/stamp.ts'
import type { Registry } from '../registry/registry.ts'
import { connectionAttributes } from '../telemetry/mcp-attributes.ts'
import { createExportPipeline, type ExportPipeline } from './export-pipeline.ts'
import { createReceiving, type Receiving } from './receiving.ts'
import { createSelfReadings } from './self-readings.ts'
import { withoutSources } from './without-sources.ts'
import type { WorkspaceOptions } from './workspace-options.ts'

export interface TelemetryOptions
  extends Pick<
    WorkspaceOptions,
    'clock' | 'timers' | 'version' | 'env' | 'exportQueueFolder' | 'receiverEntry' | 'epoch'
  > {
  readonly registry: Registry
  /** Tells what was received. */
  readonly emit: Emit
  /** The feed, which comes into being later: it shows what is told here. */
  readonly feed: () => Pick<FeedServer, 'rowsWaiting' | 'slowFrames' | 'statusChanged'>
}

export interface Telemetry {
  readonly exporter: ExportPipeline
  readonly receiving: Receiving
  /** The spans and metrics of this source are sent by the program in which it lives. */
  exportsItself(source: SourceId): void
  /** Sends what is left to be sent. What is received ends on its own, before the sources do. */
  close(): Promise<void>
}

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { registry, clock, timers, epoch, feed } = options
  const onChange = () => feed().statusChanged()
  const exporter = createExportPipeline({
    clock,
    timers,
    version: options.version,
    env: options.env,
    queueFolder: options.exportQueueFolder,
    instance: epoch,
    whyNotTo: (endpoint) => receiving.whyNotExportTo(endpoint),
    self: createSelfReadings({ registry, openSpans: () => exporter.openSpans(), viewers: feed }),
    mcpOf: (source) => connectionAttributes(registry.row(nodeKey(source, connectionNode))),
    traceOf: (key) => {
      const row = registry.row(key)
      return row !== undefined && isTaskRow(row) ? row.trace : undefined
    },
    onChange,
  })
  const receiving: Receiving = createReceiving({
    registry,
    clock,
    timers,
    entry: options.receiverEntry,
    instance: epoch,
    emit: options.emit,
    exportsTo: () => exporter.endpoints(),
    onChange,
  })
  const exportedElsewhere = new Set<SourceId>()
  const ofOthers = (source: SourceId) => exportedElsewhere.has(source)
  const stopSpans = registry.observe(withoutSources(exporter.observer, ofOthers))
  const stopMetrics = registry.observe(withoutSources(exporter.metrics, ofOthers))

  return {
    exporter,
    receiving,
    exportsItself: (source) => void exportedElsewhere.add(source),
    async close() {
      stopSpans()
      stopMetrics()
      await exporter.close()
    },
  }
}
