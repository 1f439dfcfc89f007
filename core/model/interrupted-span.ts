import type { FailureKind } from './lifecycle.ts'
import type { OpenSpanData, SpanData } from './span.ts'

/** Failures after which the code of a task says nothing any more: its spans can no longer end by themselves. */
const silencing: ReadonlySet<FailureKind> = new Set(['exit', 'killed', 'orphaned', 'lost'])

/** Whether a task that ended so says nothing any more. */
export function silences(failure: FailureKind | undefined): boolean {
  return failure !== undefined && silencing.has(failure)
}

/** On a span whose end nobody told. */
export const interruptedAttribute = 'taskscope.interrupted'

/** A span of code that was open when its process ended. */
export function interruptedCodeSpan(open: OpenSpanData, at: number): SpanData {
  return {
    ...open,
    end: Math.max(open.start, at),
    status: { code: 'error', message: 'its process ended before the span did' },
    attributes: { ...open.attributes, [interruptedAttribute]: true },
  }
}
