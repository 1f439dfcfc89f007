/** What a person may do to someone else's conversation, whatever carries it. Nothing of it happens unless they ask. */
import type { RpcMessage } from '../wire/rpc-message.ts'

/** What a person's wish came to. `error`: the code and words of a peer that refused. */
export type InjectionEnd = { readonly ok: true } | { readonly ok: false; readonly error: string }

export interface WireControls {
  /** From now on the frames of this task wait. @returns why they cannot, when they cannot */
  hold(task: string): string | undefined
  release(task: string): void
  /** Lets the oldest frame of the task pass. @returns whether one was waiting */
  step(task: string): boolean
  /** Lets everything that is held go on, in order. */
  releaseAll(why: string): void
  /** Sends a request of ours to the server; the client never sees its answer. @returns the id it got */
  inject(method: string, params: Readonly<Record<string, unknown>>, ended: (end: InjectionEnd) => void): string
}

/** What the server's answer to a request of ours says. */
export function endOf(message: RpcMessage): InjectionEnd {
  return message.kind === 'error'
    ? { ok: false, error: `${message.error.message} (${message.error.code})` }
    : { ok: true }
}
