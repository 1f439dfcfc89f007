import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { analyzeCapture } from '../../../../core/mcp/analyze/analyze-capture.ts'

/** The shim as a process of its own, between this test as the client and a real server. */
const folder = mkdtempSync(join(tmpdir(), 'taskscope-wrap-'))
const shim = join(folder, 'wrap.mjs')
/** Each test starts programs, which takes its time where others do, too. */
const patient = { timeout: 30_000 }
const children: ChildProcess[] = []
/** Nothing here is the business of an application that runs on this machine. */
const own = { ...process.env, TASKSCOPE_RUNTIME_DIR: join(folder, 'run') }

beforeAll(async () => {
  const source = fileURLToPath(new URL('../../../../core/mcp/proxy/wrap-process.ts', import.meta.url))
  const contents = `import { runWrap } from ${JSON.stringify(source)}\nawait runWrap(process.argv.slice(2))`
  const stdin = { contents, resolveDir: folder, loader: 'ts' } as const
  await build({ stdin, outfile: shim, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' })
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function server(file: string): string {
  return fileURLToPath(new URL(`../../../fixtures/servers/${file}`, import.meta.url))
}

/** Starts `wrap` with these arguments; `end` gives what came out of it and how it ended. */
function wrap(...args: string[]) {
  const child = spawn(process.execPath, [shim, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: own })
  children.push(child)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => undefined)
  const ended = new Promise<{ stdout: Buffer; stderr: string; code: number | null; signal: string | null }>(
    (resolve) => {
      child.on('close', (code, signal) => {
        resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString(), code, signal })
      })
    },
  )
  const heard = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!Buffer.concat(stderr).toString().includes(text)) return
        child.stderr.off('data', look)
        resolve()
      }
      child.stderr.on('data', look)
      look()
    })
  return { child, ended, heard }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const record = (name: string) => join(folder, name)
const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n')

describe('what passes the shim', patient, () => {
  test('comes out as it went in, whatever it is', { timeout: 20_000 }, async () => {
    const hostile = Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n\n\n  \nnot json\n{"half":'),
      Buffer.from(`"${'é😀'.repeat(1_500_000)}"}\n`),
      randomBytes(300_000),
      Buffer.from('no line end'),
    ])
    const file = record('hostile.jsonl')
    const { child, ended } = wrap('--record', file, '--', process.execPath, server('echo-bytes.mjs'))
    for (let at = 0; at < hostile.length; at += 70_001) child.stdin.write(hostile.subarray(at, at + 70_001))
    child.stdin.end()
    const { stdout, stderr, code } = await ended
    expect(sha256(stdout)).toBe(sha256(hostile))
    expect(stderr).toBe('echo: ready\necho: API_TOKEN=abc123 is done\n')
    expect(code).toBe(7)
    const kinds = new Set(linesOf(file).map((line) => (line === '' ? '' : (JSON.parse(line) as { kind: string }).kind)))
    expect([...kinds]).toEqual(expect.arrayContaining(['meta', 'rpc', 'rpc-unparsed', 'stderr', 'stdin-end', 'exit']))
  })

  test('passes without a recording too', async () => {
    const { child, ended } = wrap('--', process.execPath, server('echo-bytes.mjs'))
    child.stdin.end('hello\n')
    expect(await ended).toMatchObject({ stdout: Buffer.from('hello\n'), code: 7 })
  })

  test('is not disturbed when the recording cannot be written', async () => {
    const { child, ended } = wrap('--record', '/no/such/folder/x', '--', process.execPath, server('echo-bytes.mjs'))
    child.stdin.end('hello\n')
    const { stdout, stderr, code } = await ended
    expect([stdout.toString(), code]).toEqual(['hello\n', 7])
    expect(stderr).toContain('taskscope wrap: recording has stopped: ')
  })
})

describe('the recording', patient, () => {
  test('is for its owner only, without secrets, and can be analysed', async () => {
    const file = record('secrets.jsonl')
    writeFileSync(file, 'old', { mode: 0o644 })
    const { child, ended } = wrap('--record', file, '--', process.execPath, server('echo-bytes.mjs'))
    const call = { id: 1, method: 'tools/call', params: { name: 'login', arguments: { password: 'hunter2' } } }
    child.stdin.end(`${JSON.stringify(call)}\n`)
    await ended
    const text = readFileSync(file, 'utf8')
    expect(text).not.toContain('hunter2')
    expect(text).not.toContain('abc123')
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(analyzeCapture(linesOf(file)).frames).toEqual({ c2s: 1, s2c: 1 })
  })

  test('has the secrets when they are asked for', async () => {
    const file = record('raw.jsonl')
    const { child, ended } = wrap('--raw', '--record', file, '--', process.execPath, server('echo-bytes.mjs'))
    child.stdin.end('{"id":1,"method":"a","params":{"token":"t0ps3cret"}}\n')
    await ended
    expect(readFileSync(file, 'utf8')).toContain('t0ps3cret')
  })
})

test('the official client and server do not notice it, and their conversation is recorded', {
  timeout: 20_000,
}, async () => {
  const file = record('official.jsonl')
  const everything = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'))
  const args = [shim, '--record', file, '--', process.execPath, everything, 'stdio']
  const env = { ...own } as Record<string, string>
  const transport = new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport)
  const result = await client.callTool({ name: 'echo', arguments: { message: 'through the shim' } })
  await client.close()
  expect(JSON.stringify(result)).toContain('through the shim')
  const { frames, findings } = analyzeCapture(linesOf(file))
  expect(frames.c2s).toBeGreaterThanOrEqual(3)
  expect(findings.filter((finding) => finding.severity === 'error')).toEqual([])
})

describe('the end', patient, () => {
  test('is the server’s: a signal reaches it, and its own end reaches the client', async () => {
    const file = record('signal.jsonl')
    const { child, ended, heard } = wrap('--record', file, '--', process.execPath, server('never-answers.mjs'))
    await heard('warming up')
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' })
    const last = linesOf(file)
      .slice(-3, -1)
      .map((line) => JSON.parse(line) as object)
    expect(last).toMatchObject([
      { kind: 'signal', sig: 'SIGTERM' },
      { kind: 'exit', code: null, sig: 'SIGTERM' },
    ])
  })

  test('is a clear sentence when the server cannot be started, or the command line is wrong', async () => {
    const missing = await wrap('--', 'no-such-command-anywhere').ended
    expect(missing.code).toBe(127)
    expect(missing.stderr).toContain('taskscope wrap: cannot start no-such-command-anywhere: ')
    for (const args of [[], ['--'], ['--record'], ['server']]) {
      expect(await wrap(...args).ended).toMatchObject({
        code: 64,
        stderr: expect.stringContaining('usage: taskscope wrap'),
      })
    }
  })
})
