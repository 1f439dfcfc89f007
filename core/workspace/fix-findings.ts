/** Carries out the fixes that findings offer behind proxies that live, for a program that asks: `taskscope fix`. */
import { randomUUID } from 'node:crypto'
import { connectionNode } from '../mcp/analyze/connection-id.ts'
import type { Clock, Timers } from '../model/clock.ts'
import { controlId, type NodeKey, nodeKey } from '../model/identity.ts'
import { isTerminal } from '../model/lifecycle.ts'
import { isTaskRow, type TaskRow } from '../model/row.ts'
import type { ControlRouter } from '../registry/control-router.ts'
import type { Registry } from '../registry/registry.ts'
import { isOwnProcess } from '../system/own-process.ts'

/** What became of one fix, in plain JSON. */
export interface FixResult {
  readonly task: string
  readonly name: string
  readonly rule: string
  readonly ok: boolean
  /** What it did, or why it was refused. */
  readonly text: string
}

export interface FixWish {
  /** The id of a task; every task that can be helped without one. */
  readonly task?: string
  /** How long to wait for something to fix, milliseconds. */
  readonly waitMs: number
}

export interface FixSurroundings {
  readonly registry: Registry
  readonly router: ControlRouter
  readonly clock: Clock
  readonly timers: Timers
}

/** How long a fix may take until its effect shows. */
const effectMs = 15_000

/** @returns an empty list when there was nothing to fix until the time was over */
export async function fixFindings(around: FixSurroundings, wish: FixWish): Promise<readonly FixResult[]> {
  let found = fixable(around.registry, wish.task)
  if (found.length === 0) {
    await until(around, wish.waitMs, () => {
      found = fixable(around.registry, wish.task)
      return found.length > 0
    })
  }
  return Promise.all(found.map((each) => fix(around, each)))
}

interface Fixable {
  readonly key: NodeKey
  readonly id: string
  readonly name: string
  readonly rule: string
}

function fixable(registry: Registry, task: string | undefined): readonly Fixable[] {
  const found: Fixable[] = []
  for (const row of registry.rows()) {
    if (!isTaskRow(row) || isTerminal(row.state) || row.findings === undefined) continue
    if (row.state !== 'input_required' || row.questions > 0) continue
    if (task !== undefined && row.id !== task) continue
    if (!proxyLives(registry, row)) continue
    const finding = registry.detail(row.key)?.findings.items.findLast((each) => each.fix !== undefined)
    if (finding !== undefined) found.push({ key: row.key, id: row.id, name: row.name, rule: finding.rule })
  }
  return found
}

/** A proxy that ended leaves behind what it recorded; one that was killed counts as there until it could have come back. */
function proxyLives(registry: Registry, { source }: TaskRow): boolean {
  const conversation = registry.row(nodeKey(source, connectionNode))
  if (conversation === undefined || isTaskRow(conversation)) return false
  const { status, facts } = conversation
  return (status === 'open' || status === 'frozen') && typeof facts.shim === 'number' && isOwnProcess(facts.shim)
}

async function fix(around: FixSurroundings, { key, id, name, rule }: Fixable): Promise<FixResult> {
  const { registry, router, clock } = around
  const control = controlId(`fix-${randomUUID()}`)
  const by = { kind: 'program', name: 'taskscope fix' } as const
  router.control({ id: control, target: key, by, requestedAt: clock.now(), command: { verb: 'fix', rule } })
  const settled = () => {
    const record = registry.control(control)
    return record?.effectiveAt !== undefined || record?.refusedAt !== undefined
  }
  if (!settled()) await until(around, effectMs, settled)
  const record = registry.control(control)
  const ok = record?.effectiveAt !== undefined
  return { task: id, name, rule, ok, text: record?.effect ?? record?.refusal ?? 'no answer yet' }
}

/** Waits until the condition holds, looking at it after each event, at most so long. */
function until({ registry, timers }: FixSurroundings, ms: number, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      stopTimer()
      stopObserving()
      resolve()
    }
    const stopTimer = timers.after(ms, end)
    const stopObserving = registry.observe({
      event: () => {
        if (holds()) end()
      },
    })
  })
}
