/** proc_lib: "a crash report … contains the previously stored information, such as ancestors and initial function". */
import { describe, expect, test } from 'vitest'
import { crashReport } from '../../../core/model/crash-report.ts'
import { crashReportIssue, crashReportJson, crashReportText } from '../../../core/model/crash-report-text.ts'
import { controlId, nodeId, nodeKey, sourceId } from '../../../core/model/identity.ts'
import type { ErrorInfo, Payload } from '../../../core/model/payload.ts'
import { redact, redactWords } from '../../../core/model/redact.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { defineSupervisor } from '../../../core/runner/define-supervisor.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import { createTaskRunner } from '../../../core/runner/task-runner.ts'
import { createFakeTime } from '../../support/fake-time.ts'

function json(value: unknown): Payload {
  const text = JSON.stringify(value)
  return { format: 'json', text, size: text.length, truncated: false }
}

/** A supervised task that fails, as the registry then knows it. */
async function failed() {
  const time = createFakeTime()
  const registry = createRegistry()
  const source = sourceId('m')
  const runner = createTaskRunner({
    source,
    sink: (event) => registry.apply(event),
    clock: time,
    timers: time,
  })
  const login = defineTask({
    name: 'login',
    label: () => 'alice',
    state: () => ({ tries: 2, password: 'hunter2' }),
    run: async (ctx, _input: unknown) => {
      ctx.spawn(() => 1, undefined, { id: 'helper' })
      await ctx.checkpoint('before the request')
      throw new Error('login failed: token=abc123', { cause: new Error('ECONNRESET') })
    },
  })
  const top = defineSupervisor({
    name: 'top',
    strategy: 'one_for_all',
    children: [
      { id: 'login', task: login, input: { user: 'alice', apiKey: 'k-1' }, restart: 'transient' },
      { id: 'nap', task: defineTask({ name: 'nap', run: (ctx) => ctx.sleep(1e6) }), restart: 'permanent' },
    ],
  })
  await runner.supervise(top).started
  await time.advance(100)
  const rows = [...registry.rows()]
  const row = rows.find((each) => each.name === 'login' && 'state' in each && each.state === 'failed')
  const detail = row && registry.detail(row.key)
  if (row === undefined || detail === undefined) throw new Error('it did not fail')
  const supervisor = registry.detail(nodeKey(source, nodeId('top')))
  const ancestors = rows.filter((each) => each.key === row.parent)
  const children = rows.filter((each) => each.parent === row.key)
  const report = crashReport(detail, { ancestors, children, attempts: [], supervisor })
  await runner.close('over')
  return { report, registry, runner, source }
}

describe('a crash report', () => {
  test('tells initial call, ancestors, class, reason with causes, links, siblings restarted and statistics', async () => {
    // crash report: initial_call, pid, error_info {Class, Reason, Stack}, ancestors, links, … and linked neighbours
    const { report } = await failed()
    expect(report).toMatchObject({
      initialCall: 'login alice',
      attempt: 1,
      ancestors: [{ name: 'top', kind: 'supervisor' }],
      error: {
        class: 'error',
        reason: { name: 'Error', message: 'login failed: token=[redacted]', cause: { message: 'ECONNRESET' } },
      },
      links: [{ id: 'helper', state: 'completed' }],
      restarted: ['login', 'nap'],
      isolation: 'inline',
      statistics: { holds: 0, controls: 0 },
    })
    expect(report?.lastEvents.at(-1)?.text).toMatch(/^running → failed/)
    expect(report?.error.reason.stack).toContain('at ')
  })

  test('carries the last state and the input without their secrets', async () => {
    const { report } = await failed()
    expect(report?.lastState?.value.text).toBe('{"tries":2,"password":"[redacted]"}')
    expect(report?.input?.text).toBe('{"user":"alice","apiKey":"[redacted]"}')
    for (const text of report === undefined
      ? []
      : [crashReportText(report), crashReportJson(report), crashReportIssue(report)]) {
      expect(text).not.toMatch(/hunter2|abc123|k-1/)
      expect(text).toContain('login alice')
    }
  })

  test('is not made for a normal end, nor for a cancel', async () => {
    // "no crash report is generated for normal, shutdown and {shutdown, Term}"
    const time = createFakeTime()
    const registry = createRegistry()
    const source = sourceId('m')
    const runner = createTaskRunner({ source, sink: (event) => registry.apply(event), clock: time, timers: time })
    runner.submit(() => 1, undefined, { id: 'done' })
    runner.submit((ctx) => ctx.sleep(1e6), undefined, { id: 'gone' })
    await time.settle()
    runner.control({
      id: controlId('c'),
      target: nodeKey(source, nodeId('gone')),
      by: { kind: 'person' },
      requestedAt: 0,
      command: { verb: 'cancel' },
    })
    await time.settle()
    for (const id of ['done', 'gone']) {
      const detail = registry.detail(nodeKey(source, nodeId(id)))
      expect(detail && crashReport(detail, { ancestors: [], children: [], attempts: [] })).toBeUndefined()
    }
  })

  test('its issue body cannot be left by what the task wrote', async () => {
    const { report } = await failed()
    if (report === undefined) throw new Error('no report')
    const reason: ErrorInfo = { name: 'Error', message: '````\n# not a heading' }
    const body = crashReportIssue({ ...report, error: { ...report.error, reason } })
    expect(body).toContain('`````\n')
  })
})

describe('redaction', () => {
  test.each([
    [
      { token: 'a', deep: [{ Password: 'b' }], tokens: ['c'] },
      '{"token":"[redacted]","deep":[{"Password":"[redacted]"}],"tokens":"[redacted]"}',
    ],
    [{ user: 'a', path: '/b' }, '{"user":"a","path":"/b"}'],
  ])('%j', (value, text) => {
    expect(redact(json(value)).text).toBe(text)
  })

  test.each([
    ['authorization: Bearer abc.def', 'authorization: [redacted]'],
    ['url?api_key=abc&x=1', 'url?api_key=[redacted]&x=1'],
    ['{"secret": "a b c", "n": 1}', '{"secret": [redacted], "n": 1}'],
    ['nothing: here', 'nothing: here'],
  ])('text %j', (text, expected) => {
    expect(redactWords(text)).toBe(expected)
  })
})
