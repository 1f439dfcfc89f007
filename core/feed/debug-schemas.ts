/** The shapes of what a viewer may hang on tasks and hosts. Data only: no field of it is ever run. */
import { z } from 'zod'
import { nodeId } from '../model/identity.ts'
import { comparisons } from '../model/state-predicate.ts'
import { isPlainJson } from './plain-json.ts'

const text = z.string().min(1).max(500)
const scalar = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()])
const json = z.unknown().refine((value) => value !== undefined && isPlainJson(value), 'must be plain JSON')

export const debugId = z.string().min(1).max(200)

export const stateChange = z.union([
  z.strictObject({ set: json }),
  z.strictObject({ patch: json }),
  z.strictObject({ undo: z.literal(true) }),
])

const exported = z.string().regex(/^[A-Za-z_$][\w$]{0,200}$/, 'must be the name of an export')

const predicate = z.union([
  z.strictObject({ path: text, is: z.enum(comparisons), than: scalar }),
  z.strictObject({ export: exported }),
])

const breakOn = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start') }),
  z.object({ kind: z.literal('transition'), to: z.enum(['running', 'input_required', 'completed']) }),
  z.object({ kind: z.literal('checkpoint'), label: text.exactOptional() }),
  z.object({ kind: z.literal('progress'), atLeast: z.number() }),
  z.object({ kind: z.literal('error') }),
  z.object({ kind: z.literal('state'), when: predicate }),
])

const scope = z.object({
  name: text.exactOptional(),
  label: text.exactOptional(),
  under: z.string().min(1).max(2000).transform(nodeId).exactOptional(),
})

export const breakpoint = z.object({ id: debugId, on: breakOn, scope: scope.exactOptional() })

export const hook = z.discriminatedUnion('kind', [
  z.object({ id: debugId, kind: z.literal('breakpoint'), on: breakOn }),
  z.object({
    id: debugId,
    kind: z.literal('assertion'),
    holds: predicate,
    otherwise: z.enum(['finding', 'suspend', 'fail']).exactOptional(),
  }),
  z.object({
    id: debugId,
    kind: z.literal('fault'),
    message: text,
    at: text.exactOptional(),
    times: z.number().int().positive().max(1_000_000).exactOptional(),
  }),
  z.object({ id: debugId, kind: z.literal('function'), export: exported }),
])
