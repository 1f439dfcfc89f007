/**
 * What somebody who comes late must be told of a source: what is open whole, what has ended in its main lines. Bounded: of
 * what replaces itself only the newest is kept, of what only adds up a little, of ended tasks the last ones.
 */
import type { TaskEvent, TaskEventBody } from '../../model/event.ts'
import type { NodeId } from '../../model/identity.ts'
import { isTerminal } from '../../model/lifecycle.ts'

/** An event and its number among all that were told. */
export interface ToldEvent {
  readonly seq: number
  readonly event: TaskEvent
}

type NodeChanged = Extract<TaskEventBody, { kind: 'node.changed' }>

interface Story {
  /** What made it and what changed it for good. */
  readonly facts: ToldEvent[]
  /** The newest of each kind that replaces the one before. */
  readonly newest: Map<string, ToldEvent>
  /** Lines and spans, the last ones. */
  chatter: ToldEvent[]
}

const replacing: ReadonlySet<TaskEvent['kind']> = new Set([
  ...(['task.progress', 'task.checkpoint', 'task.live', 'task.status', 'task.polled'] as const),
  ...(['task.statistics', 'task.logged', 'task.debug', 'stack.taken'] as const),
])
const adding: ReadonlySet<TaskEvent['kind']> = new Set([
  ...(['task.log', 'span.started', 'span.ended', 'supervisor.report', 'finding'] as const),
])
const defaultMaxEnded = 500
const maxChatter = 100
/** A task that is held and released for ever; its creation and its newest facts are kept. */
const maxFacts = 1000

export class EventJournal {
  readonly #maxEnded: number
  readonly #stories = new Map<NodeId | undefined, Story>()
  /** Ended tasks, oldest first. */
  readonly #ended = new Set<NodeId>()

  constructor({ maxEnded = defaultMaxEnded }: { readonly maxEnded?: number } = {}) {
    this.#maxEnded = maxEnded
  }

  note(seq: number, event: TaskEvent): void {
    // How controls ended is of no use to who has not seen them asked.
    if (event.kind.startsWith('control.')) return
    const told = { seq, event }
    const id = idOf(event)
    const story = this.#storyOf(id, event.kind === 'task.created' || event.kind === 'node.opened')
    if (story === undefined) return
    if (replacing.has(event.kind)) story.newest.set(event.kind, told)
    else if (adding.has(event.kind)) {
      story.chatter.push(told)
      if (story.chatter.length > maxChatter) story.chatter = story.chatter.slice(-maxChatter / 2)
    } else if (event.kind === 'node.changed') mergeChange(story, seq, event)
    else {
      story.facts.push(told)
      if (story.facts.length > maxFacts) story.facts.splice(1, maxFacts / 2)
    }
    if (id !== undefined && event.kind === 'task.state' && isTerminal(event.to)) this.#noteEnd(id)
  }

  /** What is kept of the events after this one, in order. */
  after(seq: number): readonly ToldEvent[] {
    const found: ToldEvent[] = []
    for (const { facts, newest, chatter } of this.#stories.values()) {
      for (const told of [...facts, ...newest.values(), ...chatter]) if (told.seq > seq) found.push(told)
    }
    return found.sort((one, other) => one.seq - other.seq)
  }

  /** What comes late of a task that was let go has no story any more. */
  #storyOf(id: NodeId | undefined, begins: boolean): Story | undefined {
    const known = this.#stories.get(id)
    if (known !== undefined || (id !== undefined && !begins)) return known
    const story: Story = { facts: [], newest: new Map(), chatter: [] }
    this.#stories.set(id, story)
    return story
  }

  #noteEnd(id: NodeId): void {
    this.#ended.add(id)
    if (this.#ended.size <= this.#maxEnded) return
    for (const oldest of this.#ended) {
      this.#ended.delete(oldest)
      this.#stories.delete(oldest)
      return
    }
  }
}

/** Changes of a node are merged into one, at the place of the newest: what was known before is still true. */
function mergeChange(story: Story, seq: number, event: TaskEvent & NodeChanged): void {
  const before = story.newest.get(event.kind)?.event as (TaskEvent & NodeChanged) | undefined
  const facts = { ...before?.facts, ...event.facts }
  const merged = { ...before, ...event, ...(Object.keys(facts).length > 0 && { facts }) }
  story.newest.set(event.kind, { seq, event: merged })
}

/** Whose story an event belongs to. */
function idOf(event: TaskEvent): NodeId | undefined {
  if ('id' in event) return event.id
  if (event.kind === 'finding') return event.finding.node
  return event.kind === 'span.started' || event.kind === 'span.ended' ? event.task : undefined
}
