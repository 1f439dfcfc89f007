// @ts-check
// `npm run conformance`: MCP's official suite, every scenario about tasks, against the lab server and against a served
// task module, both over HTTP and started as a person starts them. Closes with one line that counts the checks.

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { outputOf, runQuietly } from '../../electron/tools/process.mjs'
import { cacheFolder, inRepository, projectNode } from '../../electron/tools/repository.mjs'
import { runTool } from '../../electron/tools/run-tool.mjs'
import { setUp } from '../../electron/tools/set-up/set-up.mjs'
import { SetupFailure } from '../../electron/tools/setup-failure.mjs'
import { addCounts, closingLine } from '../../electron/tools/test-run/counts.mjs'

/** @typedef {import('../../electron/tools/test-run/counts.mjs').Counts} Counts */
/** @typedef {{ readonly id: string, readonly status: string, readonly errorMessage?: string }} Check */

const suite = inRepository('node_modules/@modelcontextprotocol/conformance/dist/index.js')
const taskscope = inRepository('electron/tools/taskscope.mjs')
const results = join(cacheFolder, 'conformance')
/** Far more than a start takes on a busy machine. */
const startMs = 60_000

const servers = [
  { name: 'lab', args: ['lab', '--http', '0'] },
  { name: 'serve', args: ['serve', inRepository('test/conformance/tools.ts'), '--http', '0'] },
]

await runTool(async () => {
  await setUp({ window: false, build: true })
  const scenarios = await listScenarios()
  rmSync(results, { recursive: true, force: true })
  const counted = []
  for (const server of servers) counted.push(await judge(server, scenarios))
  const sum = addCounts(counted)
  console.log(`\n${closingLine(sum)}`)
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1
})

/** The suite's own list, so that a scenario which is new to it is not left out. */
async function listScenarios() {
  const listed = await outputOf(projectNode, [suite, 'list'])
  const names = [...(listed ?? '').matchAll(/^\s*- (tasks-\S+)/gm)].flatMap((match) => match[1] ?? [])
  if (names.length === 0) throw new SetupFailure('the conformance suite lists no scenario about tasks')
  return names
}

/**
 * @param {(typeof servers)[number]} server
 * @param {readonly string[]} scenarios
 */
async function judge({ name, args }, scenarios) {
  const { url, stop } = await start(args)
  try {
    const counted = []
    for (const scenario of scenarios) {
      const folder = join(results, name, scenario)
      const options = ['server', '--url', url, '--scenario', scenario, '--output-dir', folder]
      const { code, output } = await runQuietly(projectNode, [suite, ...options], process.env)
      counted.push(tell(`${name.padEnd(6)} ${scenario}`, code, output, checksIn(folder)))
    }
    return addCounts(counted)
  } finally {
    await stop()
  }
}

/**
 * @param {string} title
 * @param {number} code
 * @param {string} output
 * @param {readonly Check[]} checks
 * @returns {Counts}
 */
function tell(title, code, output, checks) {
  const skipped = checks.filter(({ status }) => status === 'SKIPPED').length
  const wrong = checks.filter(({ status }) => status !== 'SKIPPED' && status !== 'SUCCESS')
  const passed = checks.length - skipped - wrong.length
  // A suite that broke down, or looked at nothing, has not passed.
  const broken = wrong.length === 0 && (code !== 0 || checks.length === 0)
  const counts = { passed, failed: broken ? 1 : wrong.length, skipped }
  console.log(`${title.padEnd(44)} ${closingLine(counts)}`)
  for (const { id, status, errorMessage } of wrong) console.log(`    ${status} ${id}: ${errorMessage ?? ''}`)
  if (broken) console.log(output)
  return counts
}

/** @param {string} folder @returns {readonly Check[]} */
function checksIn(folder) {
  const runs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('checks.json'))
  return runs.flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
}

/**
 * Starts a server and waits until it tells where it listens.
 * @param {readonly string[]} args
 * @returns {Promise<{ readonly url: string, readonly stop: () => Promise<void> }>}
 */
async function start(args) {
  const child = spawn(projectNode, [taskscope, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    // Its tasks tell of themselves for as long as it runs; only the newest is worth keeping.
    said = (said + text).slice(-4000)
  })
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    process.off('exit', kill)
  }
  const url = await new Promise((resolve, reject) => {
    const fail = () => reject(new SetupFailure(`taskscope ${args.join(' ')} did not start to listen:\n${said}`))
    const timer = setTimeout(fail, startMs)
    child.once('close', fail)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /^listening on (http:\S+)$/.exec(line)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address)
    })
  }).catch(async (error) => {
    await stop()
    throw error
  })
  return { url, stop }
}
