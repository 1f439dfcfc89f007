/** A workspace of real parts on plain Node. Without `entries` it opens no task modules; whoever makes it closes it. */
import { createNodeSpawner } from '../../../core/runner/host/node-spawner.ts'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { createWorkspace, type Workspace } from '../../../core/workspace/workspace.ts'
import type { WorkspaceOptions } from '../../../core/workspace/workspace-options.ts'

export function plainWorkspace(options: Partial<WorkspaceOptions> = {}): Workspace {
  return createWorkspace({
    clock: systemClock,
    timers: systemTimers,
    spawner: createNodeSpawner(),
    entries: { host: '', watchdog: '', thread: '', process: '', library: '' },
    version: '0',
    env: {},
    epoch: 'test',
    ...options,
  })
}
