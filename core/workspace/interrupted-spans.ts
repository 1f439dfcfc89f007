/** The spans that are open in this run, on disk: when it ends without closing them, the next run gives them their end. */
import { mkdirSync } from 'node:fs'
import type { Dispose } from '../model/dispose.ts'
import type { SpanData } from '../model/span.ts'
import { lockFolder } from '../telemetry/folder-lock.ts'
import { interruptedSpan, isTaskSpan } from '../telemetry/lifecycle-spans.ts'
import { type BegunSpan, type OpenLedger, openLedger } from '../telemetry/open-ledger.ts'
import type { ExportDestinations } from './export-destinations.ts'

export interface InterruptedSpansOptions {
  /** Where they are kept; without it they are not. */
  readonly folder: string | undefined
  readonly destinations: Pick<ExportDestinations, 'write' | 'waitingIds'>
  /** Sends the span of an earlier run with its end. */
  readonly send: (span: SpanData) => void
}

export interface InterruptedSpans {
  /** Ends what an earlier run left open, and keeps from now on what is open in this one. Later calls do nothing. */
  open(): void
  begun(spanId: string, make: () => BegunSpan): void
  ended(spanId: string): void
  /** How many tasks of an earlier run were ended here. */
  readonly tasks: number
  /** Why open spans cannot be kept, if so. */
  readonly problem: string | undefined
  close(): void
}

export function createInterruptedSpans({ folder, destinations, send }: InterruptedSpansOptions): InterruptedSpans {
  let ledger: OpenLedger | undefined
  let unlock: Dispose | undefined
  let problem: string | undefined
  let tasks = 0

  function endThoseLeft(opened: OpenLedger): void {
    // The process may have died between the span and the word about it.
    const known = opened.left.length === 0 ? new Set() : destinations.waitingIds()
    for (const begun of opened.left) {
      if (!known.has(begun.spanId)) {
        if (isTaskSpan(begun)) tasks += 1
        send(interruptedSpan(begun, opened.lastAliveAt))
      }
      opened.ended(begun.spanId)
    }
  }

  return {
    open() {
      if (folder === undefined || ledger !== undefined || problem !== undefined) return
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        unlock = lockFolder(folder)
        if (unlock === undefined) return
        ledger = openLedger({ folder, before: destinations.write })
      } catch (error) {
        problem = `open spans cannot be kept on disk: ${error instanceof Error ? error.message : String(error)}`
        return
      }
      endThoseLeft(ledger)
    },
    begun: (spanId, make) => ledger?.begun(spanId, make),
    ended: (spanId) => ledger?.ended(spanId),
    get tasks() {
      return tasks
    },
    get problem() {
      return problem ?? ledger?.problem
    },
    close() {
      ledger?.close()
      unlock?.()
    },
  }
}
