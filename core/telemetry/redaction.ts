/** Takes the values of chosen attributes out of spans before anything keeps or sends them. Names stay. */
import { redacted } from '../model/redact.ts'
import type { Attributes, AttributeValue, SpanData } from '../model/span.ts'
import { attributeNames, spanEventNames } from './attribute-names.ts'
import type { BegunSpan } from './open-ledger.ts'

/** Names that were judged; user code may make up new ones without end. */
const maxRemembered = 10_000

export interface Redaction {
  span(span: SpanData): SpanData
  begun(span: BegunSpan): BegunSpan
  attributes(attributes: Attributes): Attributes
}

/**
 * @param patterns names of attributes, upper or lower case; `*` stands for any characters: `*.token`, `taskscope.log.text`.
 * @returns `undefined` when nothing is to be redacted.
 */
export function createRedaction(patterns: readonly string[]): Redaction | undefined {
  const expressions = patterns
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '')
    .map(expression)
  if (expressions.length === 0) return undefined
  const judged = new Map<string, boolean>()

  function isSecret(name: string): boolean {
    const known = judged.get(name)
    if (known !== undefined) return known
    const secret = expressions.some((one) => one.test(name))
    if (judged.size >= maxRemembered) judged.clear()
    judged.set(name, secret)
    return secret
  }

  function clean(attributes: Attributes): Attributes {
    let changed: Record<string, AttributeValue> | undefined
    for (const name of Object.keys(attributes)) {
      if (!isSecret(name)) continue
      changed ??= { ...attributes }
      changed[name] = redacted
    }
    return changed ?? attributes
  }

  function cleanHolder<Holder extends { readonly attributes?: Attributes }>(holder: Holder): Holder {
    if (holder.attributes === undefined) return holder
    const attributes = clean(holder.attributes)
    return attributes === holder.attributes ? holder : { ...holder, attributes }
  }

  return {
    span: (span) => ({
      ...cleanHolder(span),
      events: span.events.map(cleanHolder),
      links: span.links.map(cleanHolder),
      status: cleanStatus(span),
    }),
    begun: cleanHolder,
    attributes: clean,
  }

  /** The message of a failed span says again what its exception says. */
  function cleanStatus({ status, events }: SpanData): SpanData['status'] {
    if (status.message === undefined) return status
    const told = events.some(({ name }) => name === spanEventNames.exception)
    return told && isSecret(attributeNames.exceptionMessage) ? { ...status, message: redacted } : status
  }
}

function expression(pattern: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('.*')}$`, 'i')
}
