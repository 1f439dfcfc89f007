/** A runner on a fake clock with every event at hand, for tests that say what happens and when. */
import type { ControlRequest, ControlVerb } from '../../../core/model/control.ts'
import type { TaskEvent, TaskEventKind } from '../../../core/model/event.ts'
import { controlId, nodeKey, sourceId } from '../../../core/model/identity.ts'
import type { Outcome } from '../../../core/model/outcome.ts'
import { createTaskRunner, type TaskRunner, type TaskRunnerOptions } from '../../../core/runner/task-runner.ts'
import { createFakeTime, type FakeTime } from '../../support/fake-time.ts'

type EventOf<Kind extends TaskEventKind> = Extract<TaskEvent, { kind: Kind }>

/** Questions to a list of events that grows. */
export interface EventReader {
  /** The events of one kind, of one node where given. */
  of<Kind extends TaskEventKind>(kind: Kind, id?: string): EventOf<Kind>[]
  /** The states that a task has been in, in order, from `pending`. */
  states(id: string): string[]
  /** The terminal outcome as it was emitted. */
  ended(id: string): Outcome | undefined
  /** What became of a control: the kinds of its events in order, with effect or reason. */
  life(control: string): string[]
}

export interface Harness extends EventReader {
  readonly runner: TaskRunner
  readonly time: FakeTime
  readonly events: TaskEvent[]
  /** Sends a control and returns its id. */
  control(target: string, command: ControlVerb, more?: Partial<ControlRequest>): string
}

export function createHarness(options: Partial<TaskRunnerOptions> = {}): Harness {
  const time = createFakeTime()
  const events: TaskEvent[] = []
  const source = sourceId('test')
  const runner = createTaskRunner({
    source,
    sink: (event) => events.push(event),
    clock: time,
    timers: time,
    ...options,
  })
  let controls = 0

  return {
    ...readEvents(events),
    runner,
    time,
    events,
    control(target, command, more = {}) {
      controls += 1
      const id = controlId(`control-${controls}`)
      runner.control({
        id,
        target: nodeKey(source, target as Parameters<typeof nodeKey>[1]),
        by: { kind: 'person' },
        requestedAt: time.now(),
        command,
        ...more,
      })
      return id
    },
  }
}

export function readEvents(events: readonly TaskEvent[]): EventReader {
  function of<Kind extends TaskEventKind>(kind: Kind, id?: string): EventOf<Kind>[] {
    return events.filter(
      (event): event is EventOf<Kind> =>
        event.kind === kind && (id === undefined || ('id' in event && event.id === id)),
    )
  }

  return {
    of,
    states: (id) => ['pending', ...of('task.state', id).map((event) => event.to)],
    ended: (id) => of('task.state', id).find((event) => event.outcome !== undefined)?.outcome,
    life: (control) =>
      events.flatMap((event) => {
        if (!('control' in event) || event.control !== control || !event.kind.startsWith('control.')) return []
        if (event.kind === 'control.effective') return [`effective${event.effect ? `: ${event.effect}` : ''}`]
        if (event.kind === 'control.refused') return [`refused: ${event.reason}`]
        return [event.kind.slice('control.'.length)]
      }),
  }
}

/** A promise and its ends, for task functions that wait on the test. */
export interface Latch<T = void> {
  readonly promise: Promise<T>
  readonly open: (value: T) => void
  readonly fail: (reason: unknown) => void
}

export function createLatch<T = void>(): Latch<T> {
  let open: (value: T) => void = () => {}
  let fail: (reason: unknown) => void = () => {}
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { promise, open, fail }
}
