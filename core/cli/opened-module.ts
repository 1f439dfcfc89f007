/** A task module, opened in a host of its own for one headless verb. */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Dispose } from '../model/dispose.ts'
import { type NodeKey, nodeKey, type SourceId } from '../model/identity.ts'
import type { Offer } from '../model/node.ts'
import type { RegistryObserver } from '../registry/registry.ts'
import { hostNodeId } from '../runner/host/host-node.ts'
import type { HostEntries } from '../runner/host/host-source.ts'
import { createNodeSpawner } from '../runner/host/node-spawner.ts'
import { systemClock, systemTimers } from '../system/system-clock.ts'
import { createWorkspace, type Workspace } from '../workspace/workspace.ts'

export interface ModuleSurroundings {
  readonly entries: HostEntries
  /** The built receiver of spans. */
  readonly receiverEntry?: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths start here. */
  readonly cwd: string
  readonly version: string
}

export type OpenedModule =
  | {
      readonly ok: true
      readonly workspace: Workspace
      readonly source: SourceId
      readonly host: NodeKey
      readonly offers: readonly Offer[]
    }
  | { readonly ok: false; readonly error: string; readonly detail?: string }

/**
 * Opens a module, lets `use` work with it, and ends everything that was started, whatever happens.
 * @param observer hears every event from the first one on.
 */
export async function withModule<T>(
  path: string,
  surroundings: ModuleSurroundings,
  use: (opened: OpenedModule) => Promise<T>,
  observer?: RegistryObserver,
  /** Called before the module is opened, so that it is told what was prepared. */
  prepare?: (workspace: Workspace) => Promise<void>,
): Promise<T> {
  const env = definedOnly(surroundings.env)
  const workspace = createWorkspace({
    clock: systemClock,
    timers: systemTimers,
    spawner: createNodeSpawner(),
    entries: surroundings.entries,
    version: surroundings.version,
    env,
    receiverEntry: surroundings.receiverEntry,
    epoch: randomUUID(),
  })
  const stopObserving: Dispose = observer === undefined ? () => undefined : workspace.registry.observe(observer)
  try {
    await prepare?.(workspace)
    const opened = await workspace.openModule(resolve(surroundings.cwd, path))
    if (!opened.ok) return await use(opened)
    const { source } = opened.value
    const host = nodeKey(source, hostNodeId)
    const offers = workspace.registry.detail(host)?.offers ?? []
    return await use({ ok: true, workspace, source, host, offers })
  } finally {
    await workspace.close()
    stopObserving()
  }
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
