/** The facts of a host, supervisor, connection or source. */
import type { ReactNode } from 'react'
import type { NodeFacts as FactsOfNode } from '../../core/model/node.ts'
import type { NodeRow } from '../../core/model/row.ts'
import { useNow } from '../state/hooks.ts'
import { SafeText } from './safe-text.tsx'
import { Fact, Facts, Section } from './section.tsx'
import { Moment } from './task-facts.tsx'
import { durationText } from './time-text.ts'

const names: Readonly<Record<string, string>> = {
  pid: 'Process',
  path: 'Module',
  command: 'Command',
  cwd: 'Folder',
  transport: 'Transport',
  era: 'Era',
  protocol: 'Protocol',
  server: 'Server',
  version: 'Version',
  url: 'Address',
  client: 'Client',
  authorization: 'Authorization',
  memoryMb: 'Memory',
  strategy: 'Strategy',
  restarts: 'Restarts',
  intensity: 'At most',
  left: 'Left',
  periodMs: 'Within',
  loopBlockedMs: 'Event loop',
  waiting: 'Waiting',
}

export function NodeFacts({ row }: { readonly row: NodeRow }): ReactNode {
  const now = useNow(row.endedAt === undefined)
  const facts = Object.entries(row.facts).filter(([, value]) => value !== null)
  return (
    <Section title="Facts">
      <Facts columns={1}>
        <Fact name="Kind">{row.node}</Fact>
        <Fact name="Open since">
          <Moment at={row.createdAt} />, for {durationText((row.endedAt ?? now) - row.createdAt)}
        </Fact>
        {facts.map(([name, value]) => (
          <Fact key={name} name={names[name] ?? name}>
            <SafeText text={factText(name, value, row.facts)} />
          </Fact>
        ))}
      </Facts>
    </Section>
  )
}

function factText(name: string, value: FactsOfNode[string], facts: FactsOfNode): string {
  if (name === 'strategy') return String(value).replaceAll('_', ' ')
  if (typeof value !== 'number') return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
  switch (name) {
    case 'memoryMb':
      return `${Math.round(value)} MB`
    case 'periodMs':
      return durationText(value)
    case 'loopBlockedMs':
      return value > 0 ? `busy ${durationText(value)}` : 'free'
    case 'pid':
      return `pid ${value}`
    case 'left': {
      const words = value === 1 ? 'one restart' : `${value} restarts`
      // It grows back with time, which nobody tells.
      return Number(facts.restarts ?? 0) > 0 ? `${words}, after the last one` : words
    }
    case 'intensity':
      return value === 1 ? 'one restart' : `${value} restarts`
    case 'waiting':
      return `${value} ${value === 1 ? 'task' : 'tasks'} for credit`
    default:
      return String(value)
  }
}
