/** What was asked of a cell and is not answered yet. */
import type { ControlReply } from '../control-reply.ts'
import { Deferred } from '../deferred.ts'
import { SysRefused } from '../task-errors.ts'
import type { FromCell } from './cell-messages.ts'

export interface CellCalls {
  /** Gives the number of a new call whose answer goes to `reply`. */
  open(reply: ControlReply | undefined): number
  /** A new call for a copy of the state. Rejects with `SysRefused`. */
  openCopy(): { readonly call: number; readonly copy: Promise<unknown> }
  answered(message: Extract<FromCell, { readonly type: 'answered' | 'stateCopied' }>): void
  /** No answer will come any more. */
  endAll(reason: string): void
}

export function createCellCalls(): CellCalls {
  const replies = new Map<number, ControlReply | undefined>()
  const copies = new Map<number, Deferred<unknown>>()
  let calls = 0
  return {
    open(reply) {
      calls += 1
      replies.set(calls, reply)
      return calls
    },
    openCopy() {
      calls += 1
      const copy = new Deferred<unknown>()
      copies.set(calls, copy)
      return { call: calls, copy: copy.promise }
    },
    answered(message) {
      const { call } = message
      const reply = replies.get(call)
      const copy = copies.get(call)
      replies.delete(call)
      copies.delete(call)
      if (message.type === 'stateCopied') copy?.resolve(message.state)
      else if (message.refusal === undefined) reply?.effective(message.effect)
      else {
        reply?.refused(message.refusal)
        copy?.reject(new SysRefused(message.refusal))
      }
    },
    endAll(reason) {
      for (const reply of replies.values()) reply?.refused(reason)
      for (const copy of copies.values()) copy.reject(new SysRefused(reason))
      replies.clear()
      copies.clear()
    },
  }
}
