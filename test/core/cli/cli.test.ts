import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runCommandLine } from '../../../core/cli/cli.ts'
import type { Terminal } from '../../../core/cli/terminal.ts'
import { bundleEntry } from '../../support/bundle-entry.ts'
import { type BuiltEntries, buildEntries, patientTest } from '../runner/host/built-entries.ts'
import { createProject, type TemporaryProject } from '../runner/module/temporary-project.ts'

const tasks = `
import { defineTask } from 'taskscope'
export const add = defineTask({
  name: 'add',
  description: 'Adds two numbers',
  run: (_, input) => { console.log('adding'); return input.a + input.b },
})
export const fail = defineTask({ name: 'fail', run: () => { throw new Error('it broke') } })
export const late = defineTask({ name: 'late', timeoutMs: 20, run: (ctx) => ctx.sleep(60_000) })
export const wait = defineTask({ name: 'wait', run: (ctx) => ctx.sleep(60_000) })
export const deaf = defineTask({ name: 'deaf', run: () => new Promise((resolve) => setTimeout(resolve, 60_000)) })
export const count = defineTask({ name: 'count', state: () => ({ pages: 0 }), run: async (ctx) => {
  for (; ctx.state.pages < 3; ctx.state.pages += 1) await ctx.checkpoint('page ' + ctx.state.pages)
  return ctx.state.pages
} })
export const tell = defineTask({ name: 'tell', run: async (ctx) => {
  const { traceId, spanId } = ctx.span.spanContext()
  const span = { traceId, spanId: 'abcdefabcdefabcd', parentSpanId: spanId, name: 'elsewhere', startTimeUnixNano: '5000000', endTimeUnixNano: '9000000' }
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + '/v1/traces', { method: 'POST', headers, body })
  await ctx.sleep(300)
  return answer.status
} })
export const ask = defineTask({ name: 'ask', run: (ctx) => ctx.requestInput({ message: 'which one?' }) })
`

/** A terminal whose Ctrl-C the test presses. */
function createTestTerminal() {
  const out: string[] = []
  const err: string[] = []
  const listeners = new Set<() => void>()
  const readers = new Set<(line: string) => void>()
  const terminal: Terminal = {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    onLine(listener) {
      readers.add(listener)
      return () => readers.delete(listener)
    },
    onInterrupt(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    terminal,
    out,
    err,
    listeners,
    readers,
    type(line: string) {
      for (const reader of readers) reader(line)
    },
    interrupt() {
      for (const listener of listeners) listener()
    },
    said: (text: RegExp) => vi.waitFor(() => expect(err.join('\n')).toMatch(text), { timeout: 20_000 }),
  }
}

describe('headless verbs', patientTest, () => {
  let built: BuiltEntries
  let project: TemporaryProject

  beforeAll(async () => {
    built = await buildEntries()
    project = await createProject({ 'tasks.ts': tasks, 'broken.ts': 'throw new Error("not today")' })
  })
  afterAll(async () => {
    await project.remove()
    await built.remove()
  })

  function start(...words: readonly string[]) {
    return startWith({}, ...words)
  }

  function startWith(more: { readonly receiverEntry?: string }, ...argv: readonly string[]) {
    const screen = createTestTerminal()
    const env = { PATH: process.env.PATH }
    const surroundings = { entries: built.entries, env, cwd: project.path('.'), version: '0.0.0', ...more }
    return { ...screen, code: runCommandLine(argv, surroundings, screen.terminal) }
  }

  it('lists the tasks of a module, for people and for programs', async () => {
    const people = start('list', 'tasks.ts')
    expect(await people.code).toBe(0)
    expect(people.out).toContain('add  Adds two numbers')
    const programs = start('list', 'tasks.ts', '--json')
    expect(await programs.code).toBe(0)
    expect(JSON.parse(programs.out.join('\n'))).toContainEqual(expect.objectContaining({ name: 'fail' }))
  })

  it('takes in what other programs tell of a task, and tells hosts where', async () => {
    const receiverEntry = project.path('receiver.mjs')
    await bundleEntry(
      fileURLToPath(new URL('../../../core/telemetry/receive/receiver-entry.ts', import.meta.url)),
      receiverEntry,
    )
    const run = startWith({ receiverEntry }, 'exec', 'tasks.ts', 'tell', '--receive=0')
    expect(await run.code).toBe(0)
    expect(run.out).toEqual(['200'])
    expect(run.err.join('\n')).toMatch(/taskscope: receives OTLP at http:\/\/127\.0\.0\.1:\d+\n/)
    expect(run.err.join('\n')).toContain('another program span: elsewhere, 4 ms')
  })

  it('runs a task: its result alone on stdout, what happened on stderr, exit code 0', async () => {
    const run = start('exec', 'tasks.ts', 'add', '--input', '{"a":1,"b":2}')
    expect(await run.code).toBe(0)
    expect(run.out).toEqual(['3'])
    expect(run.err.join('\n')).toMatch(/add {2}created.*add {2}running.*stdout: adding.*add {2}completed/s)
    expect(run.listeners.size).toBe(0)
  })

  it('gives every event as one JSON line when asked to', async () => {
    const run = start('exec', 'tasks.ts', 'add', '--input', '{"a":1,"b":2}', '--json')
    expect(await run.code).toBe(0)
    const events = run.out.map((line) => JSON.parse(line) as { readonly kind: string; readonly ord: number })
    expect(events.map((event) => event.ord)).toEqual(events.map((_, index) => index + 1))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'task.state', to: 'completed' }))
    expect(run.err).toEqual([])
  })

  it('ends with 1 and the stack when the task fails, and with 124 when its time runs out', async () => {
    const failed = start('exec', 'tasks.ts', 'fail')
    expect(await failed.code).toBe(1)
    expect(failed.err.join('\n')).toMatch(/it broke.*at .*tasks\.ts/s)
    expect(await start('exec', 'tasks.ts', 'late').code).toBe(124)
  })

  it('cancels on Ctrl-C, says the three facts, and ends with 130', async () => {
    const run = start('exec', 'tasks.ts', 'wait')
    await run.said(/wait {2}running/)
    run.interrupt()
    expect(await run.code).toBe(130)
    expect(run.err.join('\n')).toMatch(/cancel requested by you.*acknowledged.*cancelled/s)
  })

  it('ends the host on a second Ctrl-C of a task that does not listen, and never says cancelled', async () => {
    const run = start('exec', 'tasks.ts', 'deaf')
    await run.said(/deaf {2}running/)
    run.interrupt()
    await run.said(/deaf {2}cancelling/)
    run.interrupt()
    expect(await run.code).toBe(1)
    expect(run.err.join('\n')).toMatch(/deaf {2}failed/)
    expect(run.err.join('\n')).not.toMatch(/deaf {2}cancelled/)
  })

  it('tells a task that asks that nobody chose, rather than wait for ever', async () => {
    const run = start('exec', 'tasks.ts', 'ask')
    expect(await run.code).toBe(0)
    expect(run.err.join('\n')).toContain('questions cannot be answered here')
  })

  it('says in one sentence what could not be opened or started', async () => {
    const missing = start('list', 'nowhere.ts')
    expect(await missing.code).toBe(2)
    expect(missing.err.join('\n')).toMatch(/taskscope: .*nowhere\.ts does not exist/)
    const broken = start('exec', 'broken.ts')
    expect(await broken.code).toBe(2)
    expect(broken.err.join('\n')).toContain('not today')
    const unknown = start('exec', 'tasks.ts', 'fly')
    expect(await unknown.code).toBe(64)
    expect(unknown.err.join('\n')).toMatch(/there is no task "fly"; the module has add, ask, count, deaf/)
    const words = start('fly')
    expect(await words.code).toBe(64)
    expect(words.err).toEqual(['taskscope: there is no verb "fly"; "taskscope exec --help" tells what there is'])
  })

  it('debugs a task by lines: it stands at a breakpoint, gets another state, and goes on', async () => {
    const debugged = start('exec', 'tasks.ts', 'count', '--break', 'checkpoint page 1')
    await debugged.said(/held by breakpoint checkpoint page 1 at page 1/)
    debugged.type('get_state')
    await debugged.said(/state: \{"pages":1\}/)
    debugged.type('replace_state {"pages":2}')
    await debugged.said(/state pages: 1 → 2/)
    debugged.type('sing')
    await debugged.said(/there is no "sing"/)
    debugged.type('help')
    await debugged.said(/no_debug, terminate/)
    debugged.type('resume all')
    expect(await debugged.code).toBe(0)
    expect(debugged.out).toEqual(['3'])
    expect(debugged.readers.size).toBe(0)
  })
})
