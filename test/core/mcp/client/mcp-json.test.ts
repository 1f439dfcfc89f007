import { expect, test } from 'vitest'
import { parseMcpJson } from '../../../../core/mcp/client/mcp-json.ts'

test('reads the servers of an .mcp.json', () => {
  const text = JSON.stringify({
    mcpServers: {
      everything: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-everything'] },
      mine: { type: 'stdio', command: './run', env: { LEVEL: 'debug', PORT: 80 }, cwd: '/srv' },
    },
  })
  expect(parseMcpJson(text)).toEqual({
    ok: true,
    value: {
      servers: [
        { name: 'everything', command: 'npx', args: ['-y', '@modelcontextprotocol/server-everything'], env: {} },
        { name: 'mine', command: './run', args: [], env: { LEVEL: 'debug', PORT: '80' }, cwd: '/srv' },
      ],
      skipped: [],
    },
  })
})

test("reads VS Code's servers, in a file of their own or within its settings", () => {
  const servers = { a: { command: 'a' } }
  const found = [{ name: 'a', command: 'a', args: [], env: {} }]
  for (const value of [{ servers }, { mcp: { servers } }]) {
    expect(parseMcpJson(JSON.stringify(value))).toEqual({ ok: true, value: { servers: found, skipped: [] } })
  }
})

test('names what it cannot start, and starts the rest', () => {
  const mcpServers = {
    web: { url: 'ftp://example.com/mcp' },
    old: { type: 'sse', url: 'https://example.com/sse' },
    empty: {},
    odd: 7,
    args: { command: 'a', args: [1] },
    env: { command: 'a', env: { A: {} } },
    good: { command: 'a' },
  }
  const read = parseMcpJson(JSON.stringify({ mcpServers }))
  expect(read.ok && read.value.servers.map((server) => server.name)).toEqual(['good'])
  expect(read.ok && read.value.skipped).toEqual([
    'The server web has an address that is neither http nor https.',
    'The server old is reached over HTTP with SSE of 2024, which is not spoken here.',
    'The server empty has no command.',
    'The server odd is no JSON object.',
    'The server args has an argument that is not text.',
    'The server env has a variable A that is not text.',
  ])
})

test('fills in variables, and names the one that is not set', () => {
  const mcpServers = {
    a: { command: `\${BIN}/server`, args: [`--key=\${env:KEY}`, `\${NONE:-plain}`] },
    b: { command: 'b', env: { TOKEN: `\${TOKEN}` } },
  }
  const read = parseMcpJson(JSON.stringify({ mcpServers }), { BIN: '/bin', KEY: 'k' })
  expect(read.ok && read.value.servers).toEqual([
    { name: 'a', command: '/bin/server', args: ['--key=k', 'plain'], env: {} },
  ])
  expect(read.ok && read.value.skipped).toEqual(['The server b needs TOKEN, which is not set.'])
})

test.each([
  ['{', 'The file is not JSON.'],
  ['[]', 'The file holds no JSON object.'],
  ['{}', 'The file has neither "mcpServers" nor "servers".'],
])('says what is wrong with %s', (text, error) => {
  expect(parseMcpJson(text)).toMatchObject({ ok: false, error })
})

/** How a file names a variable. */
function named(name: string): string {
  return `$\{${name}}`
}

test('a server with a url is reached over HTTP, with its headers and the client that we are to its authorization server', () => {
  const web = {
    type: 'http',
    url: `https://${named('HOST')}/mcp`,
    headers: { Authorization: `Bearer ${named('TOKEN')}` },
    oauth: { clientId: named('CLIENT') },
  }
  const read = parseMcpJson(JSON.stringify({ mcpServers: { web } }), {
    HOST: 'example.com',
    TOKEN: 'hush',
    CLIENT: 'me',
  })
  const headers = { Authorization: 'Bearer hush' }
  expect(read).toMatchObject({
    value: { servers: [{ name: 'web', url: 'https://example.com/mcp', headers, clientId: 'me' }] },
  })
})
