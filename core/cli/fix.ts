/**
 * `taskscope fix [TASK] [--wait SECONDS]`: carries out the fixes that findings offer. Asks the running application;
 * where none runs it takes its place for a moment, and the proxies come to it.
 */
import { connect } from 'node:net'
import { parseArgs } from 'node:util'
import { checkSocket, type ProxyPlace, proxyPlace } from '../mcp/proxy/proxy-place.ts'
import { isRecord, listAt, stringAt } from '../mcp/wire/json-record.ts'
import { createNodeSpawner } from '../runner/host/node-spawner.ts'
import { createLineDecoder, decodeLine, encodeLine } from '../system/line-framing.ts'
import { systemClock, systemTimers } from '../system/system-clock.ts'
import { type FixResult, fixFindings } from '../workspace/fix-findings.ts'
import { createWorkspace } from '../workspace/workspace.ts'
import { exitCodes } from './exit-code.ts'
import type { ModuleSurroundings } from './opened-module.ts'
import type { Terminal } from './terminal.ts'

const fixUsage = `usage: taskscope fix [TASK] [--wait SECONDS]
Carries out what the stall doctor offers for tasks that stand still behind "taskscope wrap" or
"taskscope proxy", or for one of them.
Waits for a finding, 10 seconds unless told otherwise.`

const defaultWaitS = 10

export async function fixCommand(
  argv: readonly string[],
  surroundings: ModuleSurroundings,
  terminal: Terminal,
): Promise<number> {
  const wish = readWish(argv)
  if (typeof wish === 'string') {
    if (wish === 'help') terminal.out(fixUsage)
    else terminal.err(`taskscope fix: ${wish}`)
    return wish === 'help' ? exitCodes.completed : exitCodes.usage
  }
  const place = proxyPlace(surroundings.env)
  const results = (await askApplication(place, wish)) ?? (await fixAlone(place, wish, surroundings))
  for (const { name, task, ok, text } of results) terminal.out(`${name} ${task}: ${ok ? text : `not fixed, ${text}`}`)
  if (results.length === 0) terminal.err('taskscope fix: nothing stalled is there, behind a proxy that runs')
  return results.length > 0 && results.every(({ ok }) => ok) ? exitCodes.completed : exitCodes.failed
}

interface Wish {
  readonly task?: string
  readonly waitMs: number
}

function readWish(argv: readonly string[]): Wish | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { wait: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
    if (values.help === true) return 'help'
    const [task, surplus] = positionals
    if (surplus !== undefined) return `it takes one task, ${JSON.stringify(surplus)} is too much`
    const seconds = Number(values.wait ?? defaultWaitS)
    if (!(seconds >= 0 && seconds <= 600)) return '--wait takes seconds, at most 600'
    return { waitMs: seconds * 1000, ...(task === undefined ? {} : { task }) }
  } catch (error) {
    if (error instanceof TypeError) return error.message.split(/[.\n]/)[0] ?? error.message
    throw error
  }
}

/** @returns `undefined` when no application is there */
async function askApplication(place: ProxyPlace, wish: Wish): Promise<readonly FixResult[] | undefined> {
  try {
    await checkSocket(place)
  } catch {
    // No application has a door there, or it is not ours.
    return undefined
  }
  return new Promise((resolve) => {
    const socket = connect(place.address)
    const decoder = createLineDecoder()
    socket.once('connect', () => socket.write(encodeLine({ type: 'ask', version: 1, verb: 'fix', ...wish })))
    socket.on('data', (chunk) => {
      for (const line of decoder.push(chunk)) {
        const value = decodeLine(line)
        resolve(isRecord(value) ? listAt(value, 'results').flatMap(readResult) : [])
        socket.destroy()
      }
    })
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => resolve(undefined))
  })
}

function readResult(value: unknown): FixResult[] {
  if (!isRecord(value)) return []
  const text = (key: string) => stringAt(value, key) ?? ''
  return [{ task: text('task'), name: text('name'), rule: text('rule'), ok: value.ok === true, text: text('text') }]
}

async function fixAlone(
  place: ProxyPlace,
  wish: Wish,
  { entries, version }: ModuleSurroundings,
): Promise<readonly FixResult[]> {
  const workspace = createWorkspace({
    clock: systemClock,
    timers: systemTimers,
    spawner: createNodeSpawner(),
    entries,
    version,
    // Nothing is exported for a program that only looks for a moment.
    env: {},
    epoch: 'fix',
  })
  try {
    await workspace.proxies.watch(place)
    const { registry, router } = workspace
    return await fixFindings({ registry, router, clock: systemClock, timers: systemTimers }, wish)
  } finally {
    await workspace.close()
  }
}
