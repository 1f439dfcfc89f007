/** `subscriptions/listen`: tells the changes of the tasks that a client names, on a stream that stays open. */
import type { Dispose } from '../../model/dispose.ts'
import { subscriptionIdKey } from '../eras/modern.ts'
import { listAt, recordAt } from '../wire/json-record.ts'
import type { Exchange } from './exchange.ts'
import { detailedTask } from './modern-task.ts'
import type { ServedTask } from './served-task.ts'
import type { TaskTable } from './task-table.ts'

export class Subscriptions {
  readonly #tasks: TaskTable
  readonly #open = new Map<Exchange, Dispose>()

  constructor(tasks: TaskTable) {
    this.#tasks = tasks
  }

  listen(exchange: Exchange): void {
    const _meta = { [subscriptionIdKey]: exchange.request.id }
    const wanted = recordAt(exchange.request.params, 'notifications')
    const found = listAt(wanted, 'taskIds').flatMap((id) => this.#tasks.find(id, undefined) ?? [])
    const tasks = [...new Set(found)]
    exchange.notify('notifications/subscriptions/acknowledged', {
      notifications: wanted?.taskIds === undefined ? {} : { taskIds: tasks.map((task) => task.id) },
      _meta,
    })
    const tell = (task: ServedTask): void => exchange.notify('notifications/tasks', { ...detailedTask(task), _meta })
    const releases = tasks.map((task) => task.onChange(() => tell(task)))
    // What changed between the creation and this subscription would otherwise never be told.
    for (const task of tasks) tell(task)
    this.#open.set(exchange, () => {
      for (const release of releases) release()
    })
    exchange.onAbandoned(() => this.#end(exchange))
  }

  /** Ends every stream with the answer that says so. */
  close(): void {
    for (const exchange of [...this.#open.keys()]) {
      this.#end(exchange)
      exchange.reply({ resultType: 'complete', _meta: { [subscriptionIdKey]: exchange.request.id } })
    }
  }

  #end(exchange: Exchange): void {
    this.#open.get(exchange)?.()
    this.#open.delete(exchange)
  }
}
