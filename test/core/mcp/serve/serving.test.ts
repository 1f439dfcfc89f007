/** How serving begins and ends, in this process. */
import { PassThrough } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { createLab, type Lab } from '../../../../core/mcp/lab/lab-server.ts'
import { serveHttp } from '../../../../core/mcp/serve/http-server.ts'
import { readPort, type ServingOptions, serveUntilDone } from '../../../../core/mcp/serve/serving.ts'

const labs: Lab[] = []

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close()
})

function serve(options: ServingOptions) {
  const lab = createLab({ version: '0' })
  labs.push(lab)
  const input = new PassThrough()
  const output = new PassThrough()
  const lines: string[] = []
  const interrupts = new Set<() => void>()
  const done = serveUntilDone(lab.server, options, {
    out: (line) => void lines.push(line),
    err: (line) => void lines.push(line),
    input,
    output,
    onInterrupt(listener) {
      interrupts.add(listener)
      return () => void interrupts.delete(listener)
    },
  })
  const interrupt = () => {
    for (const listener of [...interrupts]) listener()
  }
  return { done, input, output, lines, interrupt, interrupts }
}

const turns = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('the end of the input ends it', async () => {
  const { done, input, interrupts } = serve({})
  input.end()
  expect(await done).toBeUndefined()
  expect(interrupts.size).toBe(0)
})

test('an interrupt ends it', async () => {
  const { done, interrupt } = serve({})
  interrupt()
  expect(await done).toBeUndefined()
})

test('told to ignore the end of its input, only an interrupt ends it', async () => {
  const { done, input, interrupt } = serve({ endWithInput: false })
  let ended = false
  void done.then(() => {
    ended = true
  })
  input.end()
  await turns()
  expect(ended).toBe(false)
  interrupt()
  await done
})

test('lines that are no message are answered as such, and the rest goes on', async () => {
  const { done, input, output } = serve({})
  const heard: string[] = []
  output.on('data', (chunk: Buffer) => heard.push(chunk.toString('utf8')))
  input.write('nonsense\r\n\n{"jsonrpc":"2.0","id":7,"method":"ping"}\n')
  await turns()
  const messages = heard.join('').trim().split('\n')
  expect(messages.map((text) => JSON.parse(text) as unknown)).toEqual([
    { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'it is not JSON' } },
    { jsonrpc: '2.0', id: 7, result: {} },
  ])
  input.end()
  await done
})

test('a port that is taken is told in a sentence', async () => {
  const lab = createLab({ version: '0' })
  labs.push(lab)
  const first = await serveHttp(lab.server, 0)
  const { done } = serve({ port: first.port })
  expect(await done).toMatch(/^cannot listen on port \d+: .*EADDRINUSE/)
  await first.close()
})

test.each([
  ['0', 0],
  ['8080', 8080],
  ['65536', undefined],
  ['-1', undefined],
  ['http', undefined],
  [undefined, undefined],
])('the port %s reads as %s', (text, port) => {
  expect(readPort(text)).toBe(port)
})
