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

/** Judges the attributes of a resource: whether they are those of this very application. */
export type IsOwn = (resource: Attributes) => boolean

/** What one request holds. */
export interface Reading<Item> {
  readonly items: readonly Item[]
  /** Of them that could not be read. */
  readonly invalid: number
  /** Of them that came back to the Taskscope that sent them. */
  readonly own: number
  /** Names, values and lists that were shortened. */
  readonly cuts: number
}

/** Where items come from. */
export interface ItemOrigin {
  readonly scope: WireMessage | undefined
  /** `service.name` of the resource. */
  readonly service: string | undefined
}

/** Reads an item; one that cannot be read is `undefined`. */
export type ItemReader<Item> = (wire: WireMessage) => Item | undefined

/** @param readerFor is asked once for each scope; what is shortened is to be counted in `cuts` */
export function readItems<Item>(
  request: WireMessage,
  names: LevelNames,
  isOwn: IsOwn,
  readerFor: (origin: ItemOrigin, cuts: Cuts) => ItemReader<Item>,
): Reading<Item> {
  const items: Item[] = []
  const cuts: Cuts = { count: 0 }
  let invalid = 0
  let own = 0
  for (const group of messagesAt(request, names.resources)) {
    const resource = attributesAt(messageAt(group, 'resource'), 'attributes', cuts)
    const service = serviceOf(resource, cuts)
    const returned = isOwn(resource)
    for (const scoped of messagesAt(group, names.scopes)) {
      const wires = messagesAt(scoped, names.items)
      if (returned) {
        own += wires.length
        continue
      }
      const read = readerFor({ scope: messageAt(scoped, 'scope'), service }, cuts)
      for (const wire of wires) {
        const item = read(wire)
        if (item === undefined) invalid += 1
        else items.push(item)
      }
    }
  }
  return { items, invalid, own, cuts: cuts.count }
}

function serviceOf(resource: Attributes, cuts: Cuts): string | undefined {
  const name = resource['service.name']
  return typeof name === 'string' && name !== '' ? cutText(name, itemLimits.nameLength, cuts) : undefined
}
