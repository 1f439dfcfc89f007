/** The verbs that read and stand in MCP conversations, through the program as it is installed. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BuiltProgram, buildProgram } from './built-program.ts'

let program: BuiltProgram

beforeAll(async () => {
  program = await buildProgram()
}, 30_000)
afterAll(() => program.remove())

const fixture = (path: string) => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url))

describe('taskscope analyze', () => {
  test('prints one JSON object', { timeout: 30_000 }, async () => {
    const { code, out, err } = await program.run(['analyze', fixture('captures/stall.jsonl'), '--json'])
    expect([code, err]).toEqual([0, ''])
    const report = JSON.parse(out) as { findings: { rule: string; seq: number[] }[] }
    expect(Object.keys(report)).toEqual(['frames', 'errorCodes', 'tasksListPages', 'tasks', 'findings'])
    expect(report.findings).toContainEqual(expect.objectContaining({ rule: 'stalled-input-required' }))
  })

  test('reads for a person without --json', { timeout: 30_000 }, async () => {
    const { code, out } = await program.run(['analyze', fixture('captures/cancel.jsonl')])
    expect(code).toBe(0)
    expect(out).toContain('working → cancelled')
    expect(out).toContain('https://modelcontextprotocol.io/')
  })

  test('says what it takes', { timeout: 30_000 }, async () => {
    expect(await program.run(['analyze', '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--json') })
    expect(await program.run(['analyze'])).toMatchObject({ code: 64, err: expect.stringContaining('usage:') })
    expect(await program.run(['analyze', '/no/such'])).toMatchObject({ code: 2, out: '' })
  })
})

test('taskscope wrap records what analyze reads', { timeout: 20_000 }, async () => {
  const file = join(program.folder, 'echo.jsonl')
  const child = program.start(['wrap', '--record', file, '--', process.execPath, fixture('servers/echo-bytes.mjs')])
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stdin.end('{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect([code, out]).toEqual([7, '{"jsonrpc":"2.0","id":1,"method":"ping"}\n'])
  expect(readFileSync(file, 'utf8').split('\n')[0]).toContain('"kind":"meta"')
  const { out: report } = await program.run(['analyze', file, '--json'])
  expect(JSON.parse(report)).toMatchObject({ frames: { c2s: 1, s2c: 1 } })
})

describe('taskscope proxy', () => {
  test('prints the URL for the client, passes and records until it is ended', { timeout: 30_000 }, async () => {
    const server = createServer((request, response) => {
      request.resume().once('end', () => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end('{"jsonrpc":"2.0","id":1,"result":{}}')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const file = join(program.folder, 'proxy.jsonl')
    const child = program.start(['proxy', '--target', `http://127.0.0.1:${port}/mcp`, '--record', file])
    child.stderr.resume()
    const url = await new Promise<string>((resolve) => {
      child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()))
    })
    const answer = await fetch(url, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' })
    expect(await answer.text()).toContain('"result"')
    child.kill('SIGTERM')
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    const { out } = await program.run(['analyze', file, '--json'])
    expect(JSON.parse(out)).toMatchObject({ frames: { c2s: 1, s2c: 1 } })
    expect(readFileSync(file, 'utf8')).not.toContain(new URL(url).pathname.split('/')[1])
  })

  test('says what it takes', { timeout: 30_000 }, async () => {
    expect(await program.run(['proxy'])).toMatchObject({ code: 64, err: expect.stringContaining('--target') })
    expect(await program.run(['proxy', '--target', 'nonsense'])).toMatchObject({ code: 64 })
    expect(await program.run(['fix', 'a', 'b'])).toMatchObject({ code: 64 })
  })
})
