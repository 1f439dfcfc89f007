/** One event as a line of the Events tab: a short word for its kind and one line of what it says. */
import { actorText } from '../../core/model/actor.ts'
import type { OrderedEvent } from '../../core/model/event.ts'
import type { StateFace } from '../icons/state-face.ts'
import { faceOf, faceWord } from '../icons/state-face.ts'
import { durationText } from './time-text.ts'

export interface EventLine {
  readonly kind: string
  readonly text: string
  /** With a transition: the face of the state it led to. */
  readonly face?: StateFace
  readonly tone?: 'error' | 'warning'
}

/** Kinds of later versions are shown too, by their name. */
export function eventLine(event: OrderedEvent): EventLine {
  switch (event.kind) {
    case 'node.opened':
      return { kind: 'opened', text: joined(event.node, event.name, event.status) }
    case 'node.changed':
      return {
        kind: 'changed',
        text: joined(event.status, factsText(event.facts), offersText(event.offers?.length), event.why?.text),
      }
    case 'task.created':
      return {
        kind: 'created',
        text: joined(event.name, event.label, event.attempt > 1 ? `attempt ${event.attempt}` : undefined),
      }
    case 'task.state': {
      const face = faceOf(event.to, event.outcome?.status === 'failed' ? event.outcome.kind : undefined)
      const by = event.by === undefined ? undefined : `by ${actorText(event.by)}`
      const tone = face === 'failed' || face === 'killed' ? ({ tone: 'error' } as const) : {}
      return {
        kind: 'state',
        text: joined(`${faceWord(faceOf(event.from))} → ${faceWord(face)}`, by, whyText(event)),
        face,
        ...tone,
      }
    }
    case 'task.changed':
      return { kind: 'changed', text: joined(event.phase, event.label, event.why?.text, event.why?.detail) }
    case 'task.progress':
      return {
        kind: 'progress',
        text: joined(
          event.total === undefined ? String(event.current) : `${event.current} of ${event.total}`,
          event.message,
          foldedText(event.folded),
        ),
      }
    case 'task.checkpoint':
      return { kind: 'checkpoint', text: joined(event.label, foldedText(event.folded)) }
    case 'task.log':
      return {
        kind: 'output',
        text: joined(
          event.lines[0]?.text,
          event.lines.length > 1 ? `and ${event.lines.length - 1} more lines` : undefined,
        ),
      }
    case 'task.hold':
      return {
        kind: 'hold',
        text: joined(
          `by ${actorText(event.hold.owner)}`,
          event.hold.effectiveAt === undefined ? 'asked' : 'holds',
          event.hold.at,
        ),
      }
    case 'task.released':
      return { kind: 'released', text: event.holdId }
    case 'task.asked':
      return { kind: 'question', text: event.question.message, face: 'input_required' }
    case 'task.answered':
      return { kind: 'answer', text: `${event.action} by ${actorText(event.by)}` }
    case 'task.live':
      return { kind: 'state read', text: event.value.text }
    case 'task.replaced':
      return { kind: event.undo ? 'state undone' : 'state changed', text: `by ${actorText(event.by)}` }
    case 'task.status':
      return { kind: 'status read', text: joined(event.status.state, event.status.standsAt) }
    case 'task.statistics':
      return { kind: 'statistics', text: `${event.statistics.checkpoints} checkpoints` }
    case 'task.logged':
      return { kind: 'log', text: `${event.log.events.length} of at most ${event.log.size} events` }
    case 'task.debug':
      return {
        kind: 'debugging',
        text: joined(
          event.debug.trace ? 'trace on' : undefined,
          event.debug.logSize > 0 ? `log of ${event.debug.logSize}` : undefined,
          event.debug.file,
          ...event.debug.hooks.map((hook) => hook.text),
        ),
      }
    case 'supervisor.report':
      return {
        kind: event.report.report.replace('_', ' '),
        text: joined(event.report.child, event.report.reason, event.report.restarted?.join(', ')),
        ...(event.report.report === 'progress' ? {} : { tone: 'warning' as const }),
      }
    case 'task.outcome':
      return { kind: 'outcome', text: event.outcome.status }
    case 'task.late':
      return { kind: `late ${event.what}`, text: event.value.text, tone: 'warning' }
    case 'task.sign':
      return { kind: event.settled ? 'settled' : 'sign of life', text: event.text, tone: 'warning' }
    case 'stack.taken':
      return { kind: 'stack', text: event.stack[0] === undefined ? 'empty' : `at ${event.stack[0].name}` }
    case 'control.requested':
      return {
        kind: 'requested',
        text: joined(event.request.command.verb, `by ${actorText(event.request.by)}`, event.request.reason),
      }
    case 'control.acknowledged':
      return { kind: 'acknowledged', text: '' }
    case 'control.effective':
      return { kind: 'effective', text: event.effect ?? '' }
    case 'control.refused':
      return { kind: 'refused', text: event.reason, tone: 'error' }
    case 'control.noAnswer':
      return { kind: 'no answer', text: 'after 5 s', tone: 'warning' }
    case 'finding':
      return {
        kind: 'finding',
        text: joined(event.finding.text, event.finding.rule),
        ...(event.finding.severity === 'info' ? {} : { tone: event.finding.severity }),
      }
    case 'span.started':
      return { kind: 'span', text: joined(event.span.name, 'begun') }
    case 'span.ended':
      return { kind: 'span', text: joined(event.span.name, durationText(event.span.end - event.span.start)) }
    default:
      return { kind: (event as { readonly kind: string }).kind, text: '' }
  }
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ')
}

function whyText(event: OrderedEvent & { readonly kind: 'task.state' }): string | undefined {
  if (event.why !== undefined) return joined(event.why.text, event.why.detail)
  return event.outcome?.status === 'failed' ? event.outcome.error.message : undefined
}

function foldedText(folded: number | undefined): string | undefined {
  return folded === undefined || folded === 0 ? undefined : `${folded} folded`
}

function factsText(facts: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (facts === undefined) return undefined
  return Object.entries(facts)
    .map(([name, value]) => (value === null ? `no ${name}` : `${name} ${String(value)}`))
    .join(', ')
}

function offersText(count: number | undefined): string | undefined {
  return count === undefined ? undefined : `offers ${count} ${count === 1 ? 'task' : 'tasks'}`
}
