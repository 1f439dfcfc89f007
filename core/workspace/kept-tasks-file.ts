/**
 * The open tasks of MCP servers, kept over restarts of the application in one file that only its owner can read. Writes
 * are gathered for a moment. A file that cannot be read counts as empty; it holds nothing but ids.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { KeptTask, KeptTasks } from '../mcp/client/kept-tasks.ts'
import { isRecord, listAt, stringAt } from '../mcp/wire/json-record.ts'
import type { Timers } from '../model/clock.ts'
import type { Dispose } from '../model/dispose.ts'
import { isAddress, type ServerTarget } from '../model/server-target.ts'
import { writeFileWhole } from '../system/write-file-whole.ts'

export interface KeptTasksFile {
  of(target: ServerTarget): KeptTasks
  /** Writes what waits to be written. */
  close(): void
}

const maxPerServer = 200
const maxServers = 100
const gatherMs = 200

export function openKeptTasksFile(path: string, timers: Timers): KeptTasksFile {
  const servers = read(path)
  let waiting: Dispose | undefined

  function change(key: string, tasks: readonly KeptTask[]): void {
    servers.delete(key)
    if (tasks.length > 0) servers.set(key, tasks.slice(-maxPerServer))
    const [oldest] = servers.keys()
    if (servers.size > maxServers && oldest !== undefined) servers.delete(oldest)
    waiting ??= timers.after(gatherMs, write)
  }

  function write(): void {
    waiting?.()
    waiting = undefined
    try {
      writeFileWhole(path, `${JSON.stringify(Object.fromEntries(servers))}\n`)
    } catch {
      // Without the file, tasks are not found again after a restart; nothing else depends on it.
    }
  }

  return {
    of(target) {
      const key = keyOf(target)
      const now = (): readonly KeptTask[] => servers.get(key) ?? []
      const without = (taskId: string) => now().filter((task) => task.taskId !== taskId)
      return {
        read: now,
        keep: (task) => change(key, [...without(task.taskId), task]),
        forget(taskId) {
          const rest = without(taskId)
          if (rest.length < now().length) change(key, rest)
        },
      }
    },
    close() {
      if (waiting !== undefined) write()
    },
  }
}

/** Names a server without telling it: an address may hold a secret. */
function keyOf(target: ServerTarget): string {
  const text = isAddress(target) ? target.url : JSON.stringify([target.command, target.args, target.cwd])
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

function read(path: string): Map<string, readonly KeptTask[]> {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return new Map()
  }
  const record = isRecord(value) ? value : {}
  return new Map(Object.keys(record).map((key) => [key, listAt(record, key).flatMap(readTask)]))
}

function readTask(value: unknown): KeptTask[] {
  if (!isRecord(value)) return []
  const taskId = stringAt(value, 'taskId')
  const tool = stringAt(value, 'tool')
  const era = stringAt(value, 'era')
  if (taskId === undefined || tool === undefined || (era !== 'legacy' && era !== 'modern')) return []
  return [{ taskId, tool, era }]
}
