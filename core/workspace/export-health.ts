import type { ExportHealth } from '../model/export-health.ts'

/** Several destinations as one light: a failing one shows through. */
export function togetherHealth(all: readonly ExportHealth[]): ExportHealth {
  const [first, ...others] = all
  if (first === undefined) return { light: 'off', sent: 0, queued: 0, dropped: 0 }
  if (others.length === 0) return first
  const sum = (read: (health: ExportHealth) => number | undefined) =>
    all.reduce((total, health) => total + (read(health) ?? 0), 0)
  const failing = all.find(({ light }) => light === 'failing')
  const waiting = all.find(({ light }) => light === 'waiting')
  const latest = all.reduce((newest, one) => ((one.lastErrorAt ?? 0) > (newest.lastErrorAt ?? 0) ? one : newest))
  const problem = all.find((one) => one.problem !== undefined)?.problem
  return {
    light: failing !== undefined ? 'failing' : waiting !== undefined ? 'waiting' : 'ok',
    endpoint: all.map(({ endpoint }) => endpoint ?? '').join(', '),
    sent: sum(({ sent }) => sent),
    queued: sum(({ queued }) => queued),
    dropped: sum(({ dropped }) => dropped),
    unconfirmed: sum(({ unconfirmed }) => unconfirmed),
    retried: sum(({ retried }) => retried),
    drops: sumDrops(all),
    ...(latest.lastError !== undefined && { lastError: `${latest.endpoint ?? ''}: ${latest.lastError}` }),
    ...(latest.lastErrorAt !== undefined && { lastErrorAt: latest.lastErrorAt }),
    ...(problem !== undefined && { problem }),
  }
}

function sumDrops(all: readonly ExportHealth[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {}
  for (const { drops } of all) {
    for (const [reason, count] of Object.entries(drops ?? {})) total[reason] = (total[reason] ?? 0) + count
  }
  return total
}
