/**
 * The debugging of one runner: which tasks' events are listened to, which breakpoints there are, and which functions
 * the tasks' own module exports. While nobody debugs, an event costs one comparison here.
 */
import type { Breakpoint } from '../../model/breakpoint.ts'
import type { TaskEvent } from '../../model/event.ts'
import type { NodeId } from '../../model/identity.ts'
import type { Task } from '../task.ts'
import type { OpenEventFile } from './event-file.ts'
import { hearEvent } from './hear-event.ts'

export type ModuleFunction = (...values: readonly unknown[]) => unknown

export interface SysBook {
  readonly breakpoints: Map<string, Breakpoint>
  readonly openFile: OpenEventFile
  /** A function that the module exports by this name. */
  functionOf(name: string): ModuleFunction | undefined
  /** Listens to the events of a task as long as it lives and anything is hung on it. */
  listen(task: Task): void
  /** Passes an event to what hangs on its task. Called with every event of the runner. */
  hear(event: TaskEvent): void
}

export interface SysBookOptions {
  readonly breakpoints: readonly Breakpoint[]
  readonly functions: ReadonlyMap<string, ModuleFunction>
  readonly openFile: OpenEventFile
}

export function createSysBook({ breakpoints, functions, openFile }: SysBookOptions): SysBook {
  const listened = new Map<NodeId, Task>()
  return {
    breakpoints: new Map(breakpoints.map((breakpoint) => [breakpoint.id, breakpoint])),
    openFile,
    functionOf: (name) => functions.get(name),
    listen(task) {
      const { sys } = task
      if (sys === undefined) return
      if (!sys.listens()) {
        sys.unlisten?.()
        return
      }
      listened.set(task.id, task)
      sys.unlisten = () => {
        listened.delete(task.id)
      }
    },
    hear(event) {
      if (listened.size === 0 || !('id' in event)) return
      const task = listened.get(event.id)
      if (task === undefined) return
      // Where a registry shares this process the event is the registry's by now, with its place in it. Files, logs and
      // a module's own functions get a copy as it was told.
      const { ord: _place, ...told } = event as TaskEvent & { readonly ord?: number }
      hearEvent(task, told as TaskEvent)
    },
  }
}
