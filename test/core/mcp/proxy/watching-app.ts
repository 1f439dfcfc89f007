/** The application as proxies see it: a workspace with its door open in a place of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { type ProxyPlace, proxyPlace } from '../../../../core/mcp/proxy/proxy-place.ts'
import type { ControlRecord, ControlVerb } from '../../../../core/model/control.ts'
import { controlId, type NodeKey } from '../../../../core/model/identity.ts'
import { isTaskRow, type NodeRow, type Row, type TaskRow } from '../../../../core/model/row.ts'
import { systemClock } from '../../../../core/system/system-clock.ts'
import type { Workspace } from '../../../../core/workspace/workspace.ts'
import { plainWorkspace } from '../../workspace/plain-workspace.ts'

export interface MeetingPlace {
  readonly place: ProxyPlace
  /** What a process is given so that it meets the application here. */
  readonly env: Readonly<Record<string, string>>
  openApp(): Promise<Workspace>
  /** Closes every application and takes the folder away. */
  remove(): Promise<void>
}

export function newMeetingPlace(): MeetingPlace {
  const folder = mkdtempSync(join(tmpdir(), 'taskscope-place-'))
  const env = { TASKSCOPE_RUNTIME_DIR: folder }
  const place = proxyPlace(env)
  const apps: Workspace[] = []
  return {
    place,
    env,
    async openApp() {
      const app = plainWorkspace()
      apps.push(app)
      expect(await app.proxies.watch(place)).toBeUndefined()
      return app
    },
    async remove() {
      for (const app of apps.splice(0)) await app.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const rowsOf = (app: Workspace): readonly Row[] => [...app.registry.rows()]
export const connectionRow = (app: Workspace): NodeRow | undefined =>
  rowsOf(app).find((row): row is NodeRow => !isTaskRow(row) && row.node === 'connection')

/** The task with this id, or, without one, the only one there is. */
export function taskRow(app: Workspace, id?: string): TaskRow | undefined {
  return rowsOf(app)
    .filter(isTaskRow)
    .find((row) => id === undefined || row.id === id)
}

/** Waits until it can be seen. */
export const seen = <T>(look: () => T): Promise<T> => vi.waitFor(look, { timeout: 10_000 })

let controls = 0

/** Asks for a control as a person does, and waits until it has come to something. */
export function control(
  app: Workspace,
  key: NodeKey | undefined,
  command: ControlVerb,
): Promise<ControlRecord | undefined> {
  controls += 1
  const id = controlId(`c${controls}`)
  if (key === undefined) throw new Error('there is no such row')
  app.router.control({ id, target: key, by: { kind: 'person' }, requestedAt: systemClock.now(), command })
  return seen(() => {
    const record = app.registry.control(id)
    expect(record?.effectiveAt ?? record?.refusedAt).toBeDefined()
    return record
  })
}
