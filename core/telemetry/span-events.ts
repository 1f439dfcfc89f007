/** Turns what happens to a task inside a state into span events. */
import { actorText } from '../model/actor.ts'
import type { ControlName } from '../model/control.ts'
import type { EventStamp, LogLine, OrderedEvent, TaskEvent } from '../model/event.ts'
import type { AttributeValue, SpanEventData } from '../model/span.ts'
import { attributeNames as names, spanEventNames } from './attribute-names.ts'
import { attributeText } from './lifecycle-spans.ts'

/** What a control event is about, remembered from its request: later events carry only its id. */
export interface KnownControl {
  readonly verb: ControlName
  readonly by: string
}

/**
 * The span event of one fact about a task, or `undefined` for facts that are not shown on spans (transitions are
 * spans of their own; state and late values are payloads). Log lines are apart, in `logEvents`.
 */
export function spanEventOf(event: OrderedEvent): SpanEventData | undefined {
  switch (event.kind) {
    case 'task.progress':
      return named(spanEventNames.progress, event, {
        [names.progressCurrent]: event.current,
        [names.progressTotal]: event.total,
        [names.progressMessage]: event.message,
      })
    case 'task.checkpoint':
      return named(spanEventNames.checkpoint, event, { [names.checkpointLabel]: event.label })
    case 'task.changed':
      return event.phase === undefined ? undefined : named(spanEventNames.phase, event, { [names.phase]: event.phase })
    case 'task.hold':
      return named(spanEventNames.held, event, {
        [names.holdOwner]: actorText(event.hold.owner),
        [names.holdHow]: event.hold.how,
        [names.holdAt]: event.hold.at,
      })
    case 'task.released':
      return named(spanEventNames.released, event, {})
    case 'task.asked':
      return named(spanEventNames.asked, event, {
        [names.inputRequestId]: event.question.requestId,
        [names.inputMessage]: event.question.message,
      })
    case 'task.answered':
      return named(spanEventNames.answered, event, {
        [names.inputRequestId]: event.requestId,
        [names.inputAction]: event.action,
        [names.inputBy]: actorText(event.by),
      })
    case 'task.replaced':
      return named(spanEventNames.stateReplaced, event, { [names.stateBy]: actorText(event.by) })
    case 'finding':
      return named(spanEventNames.finding, event, {
        [names.findingRule]: event.finding.rule,
        [names.findingText]: event.finding.text,
      })
    default:
      return undefined
  }
}

export function logEvents(event: EventStamp & { readonly lines: readonly LogLine[] }): readonly SpanEventData[] {
  return event.lines.map((line) =>
    named(spanEventNames.log, event, {
      [names.logStream]: line.stream,
      [names.logLevel]: line.level,
      [names.logText]: line.text,
    }),
  )
}

type ControlEvent = Extract<TaskEvent, { readonly kind: `control.${string}` }>

/** The span event of one fact in the life of a control. */
export function controlEvent(event: ControlEvent, known: KnownControl): SpanEventData {
  const id = event.kind === 'control.requested' ? event.request.id : event.control
  const base = { [names.controlId]: id, [names.controlVerb]: known.verb, [names.controlBy]: known.by }
  switch (event.kind) {
    case 'control.requested':
      return named(spanEventNames.controlRequested, event, { ...base, [names.controlReason]: event.request.reason })
    case 'control.acknowledged':
      return named(spanEventNames.controlAcknowledged, event, base)
    case 'control.effective':
      return named(spanEventNames.controlEffective, event, { ...base, [names.controlEffect]: event.effect })
    case 'control.refused':
      return named(spanEventNames.controlRefused, event, { ...base, [names.controlReason]: event.reason })
    case 'control.noAnswer':
      return named(spanEventNames.controlNoAnswer, event, base)
  }
}

function named(
  name: string,
  stamp: EventStamp,
  parts: Readonly<Record<string, AttributeValue | undefined>>,
): SpanEventData {
  const attributes: Record<string, AttributeValue> = {}
  for (const [key, value] of Object.entries(parts)) {
    if (value !== undefined) attributes[key] = typeof value === 'string' ? attributeText(value) : value
  }
  return { name, at: stamp.at, attributes }
}
