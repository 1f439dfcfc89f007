import type { Row } from '../model/row.ts'
import type { Attributes, AttributeValue } from '../model/span.ts'
import { attributeNames as names } from './attribute-names.ts'

/**
 * What OpenTelemetry's conventions want to be said of the connection that a tool was called over.
 * @param row the row of the connection; `undefined` or another row when the task did not come over one.
 */
export function connectionAttributes(row: Row | undefined): Attributes | undefined {
  if (row === undefined || row.node !== 'connection') return undefined
  const { transport, protocol } = row.facts
  const attributes: Record<string, AttributeValue> = {}
  if (typeof protocol === 'string') attributes[names.mcpProtocolVersion] = protocol
  if (transport === 'stdio') attributes[names.networkTransport] = 'pipe'
  if (transport === 'http') {
    attributes[names.networkTransport] = 'tcp'
    attributes[names.networkProtocolName] = 'http'
  }
  return attributes
}
