/** One event as a line of text, for people who follow a task in a terminal. Pure. */

import { actorText } from '../model/actor.ts'
import type { OrderedEvent, Why } from '../model/event.ts'
import type { Row } from '../model/row.ts'
import { diffStates } from '../model/state-change.ts'
import { visibleText } from '../model/visible-text.ts'

/** At most one line of progress per task and so many milliseconds. */
const progressIntervalMs = 500

export interface EventText {
  /** The lines of an event, none when it is not worth one. */
  lines(event: OrderedEvent, row: Row | undefined): readonly string[]
}

/** @param start milliseconds since the Unix epoch from which the first column counts. */
export function createEventText(start: number): EventText {
  const progressAt = new Map<string, number>()

  function isDue(event: Extract<OrderedEvent, { kind: 'task.progress' }>): boolean {
    const last = progressAt.get(event.id)
    const complete = event.total !== undefined && event.current >= event.total
    if (last !== undefined && event.at - last < progressIntervalMs && !complete) return false
    progressAt.set(event.id, event.at)
    return true
  }

  return {
    lines(event, row) {
      if (event.kind === 'task.progress' && !isDue(event)) return []
      const time = `+${(Math.max(0, event.at - start) / 1000).toFixed(3)} s`.padStart(11)
      const name = row === undefined ? '' : nameOf(row)
      return sayings(event).map((saying) =>
        visibleText(`${time}  ${name}  ${saying}`.trimEnd()).replaceAll('\n', '\n    '),
      )
    },
  }
}

function nameOf(row: Row): string {
  return 'label' in row && row.label !== undefined ? `${row.name} ${row.label}` : row.name
}

function sayings(event: OrderedEvent): readonly string[] {
  switch (event.kind) {
    case 'task.created':
      return [`created${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}${whyText(event.why)}`]
    case 'task.state':
      return [`${event.to}${whyText(event.why ?? (event.by && { text: `by ${actorText(event.by)}` }))}`]
    case 'task.progress': {
      const total = event.total === undefined ? '' : `/${event.total}`
      return [`progress ${event.current}${total}${event.message === undefined ? '' : ` ${event.message}`}`]
    }
    case 'task.log':
      return [
        ...(event.dropped === undefined ? [] : [`${event.dropped} lines were dropped`]),
        ...event.lines.map((line) => `${line.stream}: ${line.text}`),
      ]
    case 'task.asked':
      return [`asks: ${event.question.message}`]
    case 'task.answered':
      return [`answered with ${event.action} by ${actorText(event.by)}`]
    case 'task.late':
      return [`a late ${event.what}: ${event.value.text}`]
    case 'task.sign':
      return [event.text]
    case 'trace.received':
      return receivedLines(event)
    case 'control.requested':
      return [`${event.request.command.verb} requested by ${actorText(event.request.by)}`]
    case 'control.acknowledged':
      return ['acknowledged']
    case 'control.effective':
      return [`effective${event.effect === undefined ? '' : `: ${event.effect}`}`]
    case 'control.refused':
      return [`refused: ${event.reason}`]
    case 'control.noAnswer':
      return ['no answer so far']
    case 'task.hold':
      return event.hold.effectiveAt === undefined ? [] : [`held by ${actorText(event.hold.owner)} at ${event.hold.at}`]
    case 'task.live':
      return [`state: ${event.value.text}`]
    case 'task.replaced':
      return diffStates(event.before, event.after).map(
        ({ path, before, after }) => `state ${path}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`,
      )
    case 'task.status':
      return [`status: ${JSON.stringify(event.status)}`]
    case 'task.statistics':
      return [`statistics: ${JSON.stringify(event.statistics)}`]
    case 'task.logged':
      return [
        `log: ${event.log.events.length} events, ${event.log.dropped} older ones dropped`,
        ...event.log.events.map((logged) => JSON.stringify(logged)),
      ]
    case 'supervisor.report': {
      const { report, child, reason } = event.report
      return [`${report} ${child}${reason === undefined ? '' : `: ${reason}`}`]
    }
    case 'finding':
      return [`${event.finding.severity}: ${event.finding.text} (${event.finding.rule})`]
    case 'node.changed':
      return event.status === undefined ? [] : [`${event.status}${whyText(event.why)}`]
    default:
      return []
  }
}

function whyText(why: Why | undefined): string {
  if (why === undefined) return ''
  return why.detail === undefined ? ` (${why.text})` : ` (${why.text}, ${why.detail})`
}

function receivedLines({ spans, logs, lost }: Extract<OrderedEvent, { kind: 'trace.received' }>): readonly string[] {
  const from = (service: string | undefined) => service ?? 'another program'
  return [
    ...spans.map(({ service, name, start, end }) => `${from(service)} span: ${name}, ${Math.round(end - start)} ms`),
    ...logs.map(({ service, text }) => `${from(service)} log: ${text}`),
    ...(lost === undefined ? [] : [`${lost} received spans and logs were not kept`]),
  ]
}
