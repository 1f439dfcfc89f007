/**
 * Makes a task's span the active one for the code that it runs, so that spans of its own land under it. The ids were
 * chosen when the task was created and the span itself is made from events elsewhere; here they are only activated,
 * and only when the process has an OpenTelemetry context manager.
 */
import { context, createContextKey, ROOT_CONTEXT, type Span, TraceFlags, trace } from '@opentelemetry/api'
import type { TraceIds } from '../model/span.ts'
import type { ActivateSpan } from './runner-core.ts'

const probe = ROOT_CONTEXT.setValue(createContextKey('taskscope.probe'), true)

function isProbeActive(): boolean {
  return context.active() === probe
}

/** A span that carries a task's ids and records nothing. */
export function spanOf({ traceId, spanId }: TraceIds): Span {
  return trace.wrapSpanContext({ traceId, spanId, traceFlags: TraceFlags.SAMPLED })
}

/** The API has no question for this, so it is tried; a manager, once there, stays. */
export function createSpanActivation(): ActivateSpan {
  let managed = false
  return (ids, callback) => {
    managed ||= context.with(probe, isProbeActive)
    return managed ? context.with(trace.setSpan(context.active(), spanOf(ids)), callback) : callback()
  }
}
