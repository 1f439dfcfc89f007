import type { EventSink } from '../model/source.ts'

export interface Delivery {
  readonly sink: EventSink
  /** Runs the operation at once, or after the event that is being delivered. */
  readonly act: (operation: () => void) => void
}

/**
 * Guards the sink: an operation that a listener asks for while an event is delivered runs after it, so no operation
 * ever meets a task between two facts; and what a listener throws is reported without breaking the task it hit.
 */
export function createDelivery(sink: EventSink): Delivery {
  let delivering = 0
  return {
    sink(event) {
      delivering += 1
      try {
        sink(event)
      } catch (thrown) {
        queueMicrotask(() => {
          throw thrown
        })
      } finally {
        delivering -= 1
      }
    },
    act(operation) {
      if (delivering > 0) queueMicrotask(operation)
      else operation()
    },
  }
}
