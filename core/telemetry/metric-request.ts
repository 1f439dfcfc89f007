/** Metrics in the shapes that OpenTelemetry's serializer takes. */
import { ValueType } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import { selfScope } from './attribute-names.ts'
import { hrTime } from './hr-time.ts'
import type { Metric } from './metric.ts'

export function resourceMetrics(metrics: readonly Metric[], resource: Resource): ResourceMetrics {
  return { resource, scopeMetrics: [{ scope: selfScope, metrics: metrics.map(metricData) }] }
}

function metricData(metric: Metric): MetricData {
  const { name, unit, description } = metric
  const startTime = hrTime(metric.since)
  const endTime = hrTime(metric.at)
  const base = {
    descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
  switch (metric.kind) {
    case 'sum':
    case 'gauge': {
      const dataPoints = metric.points.map(({ attributes, value }) => ({
        startTime,
        endTime,
        attributes: mutable(attributes),
        value,
      }))
      return metric.kind === 'sum'
        ? { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
        : { ...base, dataPointType: DataPointType.GAUGE, dataPoints }
    }
    case 'histogram':
      return {
        ...base,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: metric.points.map(({ attributes, bounds, counts, count, sum, min, max }) => ({
          startTime,
          endTime,
          attributes: mutable(attributes),
          value: { buckets: { boundaries: [...bounds], counts: [...counts] }, count, sum, min, max },
        })),
      }
  }
}

/** The serializer only reads them, but its types do not say so. */
function mutable(attributes: Metric['points'][number]['attributes']): MetricData['dataPoints'][number]['attributes'] {
  return attributes as MetricData['dataPoints'][number]['attributes']
}
