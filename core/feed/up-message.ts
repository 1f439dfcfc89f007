/** Parses what a viewer sends. A viewer is not trusted: every field is checked, and what is not known is dropped. */
import { z } from 'zod'
import { controlId, type NodeKey, parseNodeKey } from '../model/identity.ts'
import { mostLogged } from '../model/task-debug.ts'
import { breakpoint, debugId, hook, stateChange } from './debug-schemas.ts'
import { isPlainJson } from './plain-json.ts'
import type { UpMessage } from './protocol.ts'

/** At most this many lanes may be watched at once. */
const maxWatchedLanes = 200

/** What a message was instead, in one sentence that may be shown. */
export type ParsedUpMessage =
  | { readonly ok: true; readonly message: UpMessage }
  | { readonly ok: false; readonly error: string }

const shortText = z.string().max(1000)
const count = z.number().int().nonnegative()

const key = z
  .string()
  .max(2000)
  .refine(isKey, 'must be sourceId/nodeId')
  .transform((text) => text as NodeKey)

const json = z.unknown().refine((value) => value === undefined || isPlainJson(value), 'must be plain JSON')

const answer = z.discriminatedUnion('action', [
  z.object({ action: z.literal('accept'), content: json }),
  z.object({ action: z.literal('decline') }),
  z.object({ action: z.literal('cancel') }),
])

const command = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('suspend'), subtree: z.boolean().exactOptional() }),
  z.object({
    verb: z.literal('resume'),
    all: z.boolean().exactOptional(),
    subtree: z.boolean().exactOptional(),
  }),
  z.object({ verb: z.literal('step'), to: z.enum(['checkpoint', 'statement']).exactOptional() }),
  z.object({ verb: z.literal('cancel') }),
  z.object({ verb: z.literal('kill') }),
  z.object({ verb: z.literal('retry') }),
  z.object({ verb: z.literal('fix'), rule: shortText.min(1) }),
  z.object({ verb: z.literal('start'), offer: shortText.min(1), input: json, asTask: z.boolean().exactOptional() }),
  z.object({ verb: z.literal('answer'), requestId: shortText.min(1), answer }),
  z.object({ verb: z.literal('getState') }),
  z.object({ verb: z.literal('replaceState'), change: stateChange }),
  z.object({ verb: z.literal('getStatus') }),
  z.object({ verb: z.literal('getStatistics') }),
  z.object({ verb: z.literal('log'), size: count.max(mostLogged).exactOptional() }),
  z.object({ verb: z.literal('logToFile'), file: z.union([z.string().min(1).max(4096), z.literal(false)]) }),
  z.object({ verb: z.literal('trace'), on: z.boolean() }),
  z.object({ verb: z.literal('install'), hook }),
  z.object({ verb: z.literal('remove'), hook: debugId }),
  z.object({ verb: z.literal('noDebug') }),
  z.object({ verb: z.literal('terminate') }),
  z.object({ verb: z.literal('setBreakpoint'), breakpoint }),
  z.object({ verb: z.literal('removeBreakpoint'), breakpoint: debugId }),
  z.object({ verb: z.literal('crash') }),
  z.object({ verb: z.literal('freeze') }),
  z.object({ verb: z.literal('thaw') }),
  z.object({ verb: z.literal('takeStack') }),
  z.object({ verb: z.literal('stop') }),
  z.object({ verb: z.literal('restart') }),
  z.object({ verb: z.literal('authorize') }),
])

const request = z.object({
  id: z.string().min(1).max(200).transform(controlId),
  target: key,
  /** A viewer speaks for a person or a program, never for a supervisor, a peer or the clock. */
  by: z.object({ kind: z.enum(['person', 'program']), name: shortText.exactOptional() }),
  reason: shortText.exactOptional(),
  requestedAt: z.number().nonnegative(),
  command,
})

const upMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.number() }),
  z.object({ type: z.literal('ack'), n: count }),
  z.object({
    type: z.literal('watch'),
    detail: key.exactOptional(),
    lanes: z.array(key).max(maxWatchedLanes),
    trace: z
      .string()
      .regex(/^[0-9a-f]{32}$/, 'must be a trace id')
      .exactOptional(),
  }),
  z.object({ type: z.literal('control'), request }),
  z.object({
    type: z.literal('clearFinished'),
    source: shortText
      .min(1)
      .refine((text) => !text.includes('/'), 'must be a source id')
      .exactOptional(),
  }),
  z.object({ type: z.literal('slowFrames'), count: count.max(10_000), longestMs: z.number().nonnegative() }),
])

/** Checks one message from a viewer. Never throws. */
export function parseUpMessage(value: unknown): ParsedUpMessage {
  const parsed = upMessage.safeParse(value)
  if (parsed.success) return { ok: true, message: parsed.data }
  const issue = parsed.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? 'the message' : issue.path.join('.')
  return { ok: false, error: `${where}: ${issue?.message ?? 'not understood'}` }
}

function isKey(text: string): boolean {
  try {
    parseNodeKey(text)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
