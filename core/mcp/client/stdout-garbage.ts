/** What a server writes on stdout that is no JSON-RPC: told as findings, but only so often, and kept as evidence. */
import type { Finding } from '../../model/finding.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import type { WireLine } from '../wire/line-splitter.ts'

const maxFindings = 20
const evidenceLength = 500

export class StdoutGarbage {
  #count = 0
  #first: string | undefined

  /** The first line of it; `undefined` as long as there was none. */
  get first(): string | undefined {
    return this.#first
  }

  /** Takes a line that is no message; gives what is to be told about it. */
  add(line: WireLine, why: string): Finding | undefined {
    this.#count += 1
    const evidence = line.text.slice(0, evidenceLength)
    this.#first ??= evidence
    if (this.#count > maxFindings) return undefined
    const text = `A line on stdout is no JSON-RPC message: ${why}. Only messages may be written there.`
    return { rule: 'not-json-rpc', severity: 'error', node: connectionNode, text, evidence }
  }
}
