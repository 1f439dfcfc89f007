/** A host with a module from a temporary folder, run in a real process, with everything it said. */
import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import type { ControlVerb } from '../../../../core/model/control.ts'
import type { TaskEvent, TaskEventBody, TaskEventKind } from '../../../../core/model/event.ts'
import { controlId, type NodeId, nodeKey, type SourceId, sourceId } from '../../../../core/model/identity.ts'
import { createHostLink } from '../../../../core/runner/host/host-link.ts'
import { type HostOptions, type HostSource, openHost } from '../../../../core/runner/host/host-source.ts'
import { createNodeSpawner } from '../../../../core/runner/host/node-spawner.ts'
import { systemClock, systemTimers } from '../../../../core/system/system-clock.ts'
import { createProject, type TemporaryProject } from '../module/temporary-project.ts'

import { type BuiltEntries, buildEntries } from './built-entries.ts'

export type EventOf<Kind extends TaskEventKind> = TaskEvent & Extract<TaskEventBody, { readonly kind: Kind }>

export interface OpenedHost {
  readonly host: HostSource
  readonly project: TemporaryProject
  readonly events: readonly TaskEvent[]
  /** All events of one kind so far. */
  of<Kind extends TaskEventKind>(kind: Kind): readonly EventOf<Kind>[]
  /** Waits until such an event has arrived. */
  seen<Kind extends TaskEventKind>(kind: Kind, matches?: (event: EventOf<Kind>) => boolean): Promise<EventOf<Kind>>
  /** Asks for a control and gives its id. */
  ask(target: string, command: ControlVerb, reason?: string): string
  /** Starts a task by its name and waits until it runs. */
  run(offer: string, input?: unknown): Promise<NodeId>
  /** What became of a control: its effect, or the reason of its refusal. */
  settled(control: string): Promise<{ readonly effect?: string; readonly refusal?: string }>
  /** The same host, showing only what it says from now on. */
  fromNow(): OpenedHost
  close(): Promise<void>
}

const patience = { timeout: 20_000, interval: 10 }

type Open = (files: Readonly<Record<string, string>>, options?: OpenOptions) => Promise<OpenedHost>

interface OpenOfThisFile extends Open {
  /** The same host for each test that asks for the same; it shows only events since then. What a test leaves is killed. */
  readonly shared: Open
}

export type OpenOptions = Partial<HostOptions> & { readonly entry?: string }

/** For a whole test file: builds the entries once, closes after each test what it opened. */
export function hostsOfThisFile(): OpenOfThisFile {
  let built: BuiltEntries
  const opened: OpenedHost[] = []
  const shared = new Map<string, Promise<OpenedHost>>()
  const views: OpenedHost[] = []
  beforeAll(async () => {
    built = await buildEntries()
  })
  afterEach(async () => {
    for (const host of opened.splice(0)) await host.close()
    for (const view of views.splice(0)) await killAll(view)
  })
  afterAll(async () => {
    for (const host of shared.values()) await (await host).close()
    await built.remove()
  })
  const open: Open = async (files, options) => {
    const host = await openModule(built, files, options)
    opened.push(host)
    return host
  }
  return Object.assign(open, {
    shared: async (files: Parameters<Open>[0], options?: OpenOptions) => {
      const key = JSON.stringify([files, options])
      const known = shared.get(key) ?? openModule(built, files, options)
      shared.set(key, known)
      const view = (await known).fromNow()
      views.push(view)
      return view
    },
  })
}

async function killAll(host: OpenedHost): Promise<void> {
  const lives = ({ id }: { readonly id: NodeId }): boolean =>
    host.of('task.state').every((event) => event.id !== id || event.outcome === undefined)
  const left = (): readonly NodeId[] =>
    host
      .of('task.created')
      .filter(lives)
      .map(({ id }) => id)
  for (const id of left()) host.ask(id, { verb: 'kill' })
  await vi.waitFor(() => {
    if (left().length > 0) throw new Error(`tasks left: ${left().join(', ')}`)
  }, patience)
}

async function openModule(
  built: BuiltEntries,
  files: Readonly<Record<string, string>>,
  options: OpenOptions = {},
): Promise<OpenedHost> {
  const project = await createProject(files)
  const events: TaskEvent[] = []
  const source = sourceId('module')
  const { entry = Object.keys(files)[0] ?? 'm.ts', ...overrides } = options
  const host = openHost({
    source,
    name: 'module',
    modulePath: project.path(entry),
    entries: built.entries,
    spawner: createNodeSpawner(),
    link: createHostLink({ timers: systemTimers }),
    sink: (event) => void events.push(event),
    clock: systemClock,
    timers: systemTimers,
    env: { PATH: process.env.PATH ?? '' },
    ...overrides,
  })
  let count = 0
  const nextControl = (): string => {
    count += 1
    return `c${count}`
  }
  const close = async (): Promise<void> => {
    await host.close('the test is over')
    await project.remove()
  }
  return hostView({ host, project, all: events, source, nextControl, close })
}

interface Shown {
  readonly host: HostSource
  readonly project: TemporaryProject
  readonly all: readonly TaskEvent[]
  readonly source: SourceId
  readonly nextControl: () => string
  readonly close: () => Promise<void>
}

function hostView(shown: Shown, from = 0): OpenedHost {
  const { host, project, all, source } = shown
  const events = (): readonly TaskEvent[] => (from === 0 ? all : all.slice(from))
  const of: OpenedHost['of'] = (kind) => events().filter((event): event is EventOf<typeof kind> => event.kind === kind)
  const seen: OpenedHost['seen'] = (kind, matches = () => true) =>
    vi.waitFor(() => {
      const found = of(kind).find(matches)
      if (found === undefined) throw new Error(`no ${kind} yet; so far:\n${told(events())}`)
      return found
    }, patience)
  const ask: OpenedHost['ask'] = (target, command, reason) => {
    const id = controlId(shown.nextControl())
    const key = nodeKey(source, target as NodeId)
    host.control({
      id,
      target: key,
      by: { kind: 'person' },
      requestedAt: systemClock.now(),
      command,
      ...(reason === undefined ? {} : { reason }),
    })
    return id
  }
  return {
    host,
    project,
    get events() {
      return events()
    },
    of,
    seen,
    ask,
    async run(offer, input = {}) {
      const known = new Set(of('task.created').map((event) => event.id))
      ask('host', { verb: 'start', offer, input })
      const created = await seen('task.created', (event) => !known.has(event.id) && event.name === offer)
      await seen('task.state', (event) => event.id === created.id && event.to === 'running')
      return created.id
    },
    settled: (control) =>
      vi.waitFor(() => {
        const effective = of('control.effective').find((event) => event.control === control)
        if (effective !== undefined) return effective.effect === undefined ? {} : { effect: effective.effect }
        const refused = of('control.refused').find((event) => event.control === control)
        if (refused !== undefined) return { refusal: refused.reason }
        throw new Error(`${control} is not settled; so far:\n${told(events())}`)
      }, patience),
    fromNow: () => hostView(shown, all.length),
    close: shown.close,
  }
}

function told(events: readonly TaskEvent[]): string {
  return events
    .slice(-40)
    .map((event) => JSON.stringify(event).slice(0, 300))
    .join('\n')
}
