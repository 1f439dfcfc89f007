/** What a watched conversation says of its two ends, as facts of its node. */
import type { NodeFacts } from '../../model/node.ts'
import { type JsonRecord, recordAt, stringAt } from '../wire/json-record.ts'
import type { WireFact } from './wire-fact.ts'

/** `undefined` when the fact says nothing of the ends. */
export function connectionFacts(fact: WireFact): NodeFacts | undefined {
  if (fact.kind === 'era') return { era: fact.era.name }
  if (fact.kind !== 'server') return undefined
  const { request, answer } = fact.exchange
  const client = recordAt(request.message.params, 'clientInfo')
  const server = answer.message.kind === 'result' ? recordAt(answer.message.result, 'serverInfo') : undefined
  return {
    protocol: fact.protocolVersion ?? null,
    server: textAt(server, 'name'),
    version: textAt(server, 'version'),
    client: client === undefined ? null : `${textAt(client, 'name') ?? ''} ${textAt(client, 'version') ?? ''}`.trim(),
  }
}

function textAt(info: JsonRecord | undefined, key: string): string | null {
  return stringAt(info, key) ?? null
}
