/**
 * The server behind every transport: takes messages of clients, tells the two wires apart by what each message says of
 * itself, and lets the one or the other answer. It owns the tasks; a transport only carries.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import type { EraName } from '../eras/era.ts'
import { ClientConnection, type ConnectionParts } from './client-connection.ts'
import type { Outlet } from './exchange.ts'
import { goodHabits, type Habits, type MessageFilter } from './habits.ts'
import { ModernService } from './modern-service.ts'
import type { ServerInfo } from './server-info.ts'
import { TaskTable } from './task-table.ts'
import type { Toolbox, ToolWork } from './tool-work.ts'

export interface McpServerOptions {
  readonly toolbox: Toolbox
  readonly info: ServerInfo
  readonly clock: Clock
  readonly timers: Timers
  /** Both by default. */
  readonly eras?: readonly EraName[]
  readonly habits?: Partial<Habits>
  readonly filters?: readonly MessageFilter[]
}

export interface McpServer {
  readonly eras: readonly EraName[]
  /**
   * A client on stdio, a legacy session on HTTP, or one modern request on HTTP.
   * @param push where what belongs to no open request goes.
   */
  connect(push: Outlet): ClientConnection
  /** What a task runs, for those who may hold it from within this process. */
  workOf(taskId: string): ToolWork | undefined
  /** Ends every stream, every task and its work. */
  close(): void
}

export function createMcpServer(options: McpServerOptions): McpServer {
  const { toolbox, info, clock, timers, filters = [], eras = ['legacy', 'modern'] } = options
  const habits = { ...goodHabits, ...options.habits }
  const tasks = new TaskTable(clock, timers, habits)
  const modern = new ModernService({ toolbox, tasks, info, timers, habits })
  const parts: ConnectionParts = { toolbox, info, timers, habits, filters, eras, tasks, modern }
  const connections = new Set<ClientConnection>()
  return {
    eras,
    connect(push) {
      const connection = new ClientConnection(parts, push, () => connections.delete(connection))
      connections.add(connection)
      return connection
    },
    workOf: (taskId) => tasks.get(taskId)?.work,
    close() {
      modern.close()
      for (const connection of [...connections]) connection.close()
      tasks.close()
    },
  }
}
