/** The way through an OTLP request, alike for spans and logs: resources, their scopes, and what those say. */
import type { Attributes } from '../../model/span.ts'
import { itemLimits } from './limits.ts'
import { attributesAt, type Cuts, cutText, messageAt, messagesAt, type WireMessage } from './wire-values.ts'

/** The fields of each level, by their JSON names. */
export interface LevelNames {
  readonly resources: string
  readonly scopes: string
  readonly items: string
}

/** What one scope of one resource said. */
export interface ItemGroup {
  readonly items: readonly WireMessage[]
  readonly scope: WireMessage | undefined
  /** `service.name` of the resource. */
  readonly service: string | undefined
  /** Of this very application: it has come back. */
  readonly own: boolean
}

/** @param isOwn judges the attributes of a resource: whether they are those of this very application. */
export function* itemGroups(
  request: WireMessage,
  names: LevelNames,
  isOwn: (resource: Attributes) => boolean,
  cuts: Cuts,
): Generator<ItemGroup> {
  for (const group of messagesAt(request, names.resources)) {
    const resource = attributesAt(messageAt(group, 'resource'), 'attributes', cuts)
    const service = serviceOf(resource, cuts)
    const own = isOwn(resource)
    for (const scoped of messagesAt(group, names.scopes)) {
      yield { items: messagesAt(scoped, names.items), scope: messageAt(scoped, 'scope'), service, own }
    }
  }
}

function serviceOf(resource: Attributes, cuts: Cuts): string | undefined {
  const name = resource['service.name']
  return typeof name === 'string' && name !== '' ? cutText(name, itemLimits.nameLength, cuts) : undefined
}
