import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import type { LifecycleState } from '../../../core/model/lifecycle.ts'
import { patientTest } from '../runner/host/built-entries.ts'
import { hostsOfThisFile, type OpenedHost } from '../runner/host/opened-host.ts'

const open = hostsOfThisFile()
const demo = fileURLToPath(new URL('../../../core/demo/demo.ts', import.meta.url))

function states(host: OpenedHost): ReadonlyMap<string, LifecycleState> {
  const found = new Map<string, LifecycleState>()
  for (const event of host.events) {
    if (event.kind === 'task.created') found.set(event.id, 'pending')
    if (event.kind === 'task.state') found.set(event.id, event.to)
  }
  return found
}

async function taskNamed(host: OpenedHost, name: string): Promise<string> {
  return (await host.seen('task.created', (event) => event.name === name)).id
}

describe('the demo', patientTest, () => {
  it('is an ordinary module that soon shows many rows in many states', async () => {
    const host = await open({}, { modulePath: demo })
    expect(await host.host.opened).toMatchObject({ ok: true })
    await vi.waitFor(
      () => {
        const now = new Set(states(host).values())
        expect([...now]).toEqual(
          expect.arrayContaining(['running', 'completed', 'failed', 'cancelled', 'input_required']),
        )
        expect(states(host).size).toBeGreaterThanOrEqual(8)
      },
      { timeout: 20_000 },
    )
    const { finding } = await host.seen('finding')
    expect(finding).toMatchObject({ rule: 'unhandled-rejection', node: await taskNamed(host, 'leak-probe') })
    const failed = host.of('task.state').find((event) => event.to === 'failed')
    expect(failed?.outcome).toMatchObject({ error: { cause: { cause: { code: 'ECONNRESET' } } } })
    const cancelled = host.of('task.state').find((event) => event.to === 'cancelled')
    expect(cancelled).toMatchObject({ by: { kind: 'parent', name: 'crawl' } })
    expect(host.of('node.changed').filter((event) => event.status === 'failed')).toEqual([])
  })

  it('has a task that goes on while it is asked to be suspended, until the host is frozen', async () => {
    const host = await open({}, { modulePath: demo })
    const tokenize = await taskNamed(host, 'tokenize')
    await host.seen('task.state', (event) => event.id === tokenize && event.to === 'running')
    const suspend = host.ask(tokenize, { verb: 'suspend' })
    await host.seen('control.acknowledged', (event) => event.control === suspend)
    const frozen = await host.settled(host.ask('host', { verb: 'freeze' }))
    expect(frozen.effect).toMatch(/^stopped \d+ tasks/)
    expect(host.of('control.effective').filter((event) => event.control === suspend)).toEqual([])
    await host.settled(host.ask('host', { verb: 'thaw' }))
  })

  it('has a task that asks, and goes on with the answer', async () => {
    const host = await open({}, { modulePath: demo })
    const asked = await host.seen('task.asked')
    const answer = { action: 'accept', content: { channel: 'preview' } } as const
    host.ask(asked.id, { verb: 'answer', requestId: asked.question.requestId, answer })
    const end = await host.seen('task.state', (event) => event.id === asked.id && event.to === 'completed')
    expect(end.outcome).toMatchObject({ value: { text: expect.stringContaining('"published":true') } })
  })
})
