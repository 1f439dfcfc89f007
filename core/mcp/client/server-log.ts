/** What a server logs over the wire, as lines of its connection. */
import type { Emit } from '../../model/stamp.ts'
import type { WireObserver } from '../analyze/analyzer.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import type { WireFact } from '../analyze/wire-fact.ts'

export class ServerLog implements WireObserver {
  readonly #emit: Emit

  constructor(emit: Emit) {
    this.#emit = emit
  }

  fact(fact: WireFact): void {
    if (fact.kind !== 'log') return
    const level = levels[fact.level] ?? 'info'
    const lines = [{ stream: 'log' as const, level, text: fact.text }]
    this.#emit({ kind: 'task.log', id: connectionNode, lines }, fact.sighting.frame.at)
  }
}

/** MCP knows the levels of syslog; a log line knows four. */
const levels: Readonly<Record<string, 'debug' | 'info' | 'warn' | 'error'>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'error',
  alert: 'error',
  emergency: 'error',
}
