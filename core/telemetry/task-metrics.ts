/** One observer of the registry that measures tasks: how long they take, wait, and need to obey. */
import type { OrderedEvent, TaskTransition } from '../model/event.ts'
import type { EventSubject } from '../model/event-subject.ts'
import type { ControlId, NodeKey } from '../model/identity.ts'
import { isTerminal, type LifecycleState } from '../model/lifecycle.ts'
import { metricNames, attributeNames as names } from './attribute-names.ts'
import { createHistogramSeries, type HistogramSeries } from './histogram-series.ts'
import type { Metric } from './metric.ts'

/** Fits the registry's observer. */
export interface TaskMetrics {
  event(event: OrderedEvent, subject: EventSubject | undefined): void
  removed(key: NodeKey): void
  /** Everything measured so far; `at` is now, milliseconds since the epoch. */
  read(at: number): readonly Metric[]
}

interface Measured {
  readonly bornAt: number
  state: LifecycleState
  stateAt: number
}

const maxOpenControls = 10_000

/** @param since when measuring begins, milliseconds since the epoch. */
export function createTaskMetrics(since: number): TaskMetrics {
  const tasks = new Map<NodeKey, Measured>()
  const controls = new Map<ControlId, { readonly verb: string; readonly at: number }>()
  const duration = createHistogramSeries()
  const timeInState = createHistogramSeries()
  const acknowledged = createHistogramSeries()
  const effective = createHistogramSeries()

  function event(event: OrderedEvent, subject: EventSubject | undefined): void {
    switch (event.kind) {
      case 'task.created':
        if (subject?.state !== undefined && !isTerminal(subject.state) && !tasks.has(subject.key)) {
          tasks.set(subject.key, { bornAt: event.at, state: 'pending', stateAt: event.at })
        }
        return
      case 'task.state':
        if (subject?.state === event.to) moved(event, subject)
        return
      case 'control.requested':
        controls.set(event.request.id, { verb: event.request.command.verb, at: event.at })
        if (controls.size > maxOpenControls) {
          const [oldest] = controls.keys()
          if (oldest !== undefined) controls.delete(oldest)
        }
        return
      case 'control.acknowledged':
        answered(event.control, event.at, acknowledged)
        return
      case 'control.effective':
        answered(event.control, event.at, effective)
        controls.delete(event.control)
        return
      case 'control.refused':
        controls.delete(event.control)
    }
  }

  function moved(event: OrderedEvent & TaskTransition, subject: EventSubject): void {
    const task = tasks.get(subject.key)
    if (task === undefined || task.state === event.to) return
    timeInState.record((event.at - task.stateAt) / 1000, { [names.state]: task.state })
    if (isTerminal(event.to)) {
      tasks.delete(subject.key)
      duration.record((event.at - task.bornAt) / 1000, { [names.taskName]: subject.name, [names.outcome]: event.to })
      return
    }
    task.state = event.to
    task.stateAt = event.at
  }

  function answered(control: ControlId, at: number, series: HistogramSeries): void {
    const known = controls.get(control)
    if (known !== undefined) series.record((at - known.at) / 1000, { [names.controlVerb]: known.verb })
  }

  return {
    event,
    removed: (key) => void tasks.delete(key),
    read(at) {
      const histogram = (name: string, description: string, series: HistogramSeries): Metric => ({
        kind: 'histogram',
        name,
        description,
        unit: 's',
        since,
        at,
        points: series.points(),
      })
      return [
        histogram(metricNames.taskDuration, 'From the creation of a task to its end', duration),
        histogram(metricNames.timeInState, 'One stay of a task in a state', timeInState),
        histogram(metricNames.timeToAcknowledge, 'From a control to its acknowledgement', acknowledged),
        histogram(metricNames.timeToEffect, 'From a control to its effect', effective),
      ].filter(({ points }) => points.length > 0)
    },
  }
}
