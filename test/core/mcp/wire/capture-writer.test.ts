import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyzeCapture } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { readCaptureLine } from '../../../../core/mcp/wire/capture.ts'
import { CaptureWriter } from '../../../../core/mcp/wire/capture-writer.ts'
import { isSecretName, mayNameSecret, redact, redactFields, redactText } from '../../../../core/mcp/wire/redaction.ts'
import { createFakeTime } from '../../../support/fake-time.ts'

function writer(raw?: boolean) {
  const time = createFakeTime(5000)
  const lines: string[] = []
  const options = { clock: time, write: (line: string) => void lines.push(line), meta: { scenario: 'x' } }
  return { time, lines, capture: new CaptureWriter(raw === undefined ? options : { ...options, raw }) }
}

test('numbers and times what it is given, after a first line that says what it is', () => {
  const { time, lines, capture } = writer()
  time.advanceSync(12)
  capture.frame({ dir: 'c2s', transport: 'stdio', msg: { method: 'ping', id: 1 } })
  capture.side('exit', { code: 0, sig: null })
  expect(lines).toEqual([
    '{"kind":"meta","scenario":"x"}\n',
    '{"seq":1,"tMs":12,"kind":"rpc","dir":"c2s","transport":"stdio","msg":{"method":"ping","id":1}}\n',
    '{"seq":2,"tMs":12,"kind":"exit","code":0,"sig":null}\n',
  ])
})

describe('secrets', () => {
  const headers = { Authorization: 'Bearer abc', cookie: 'a=b', 'Mcp-Session-Id': 's1', Accept: '*/*' }
  const params = {
    name: 'login',
    arguments: { apiKey: 'k1', api_key: 'k2', 'X-Secret': ['k3', 'k4'], keyboard: 'qwerty', password: 12345 },
    _meta: { progressToken: 'p' },
  }

  test('stay out of the file, shapes stay', () => {
    const { lines, capture } = writer()
    capture.frame({
      dir: 'c2s',
      transport: 'http',
      http: { method: 'POST', headers },
      msg: { id: 1, method: 'a', params },
    })
    capture.side('stderr', { text: 'using TOKEN=abc and Authorization: Bearer xyz, done' })
    const text = lines.join('')
    for (const secret of ['abc', 'a=b', 's1', 'k1', 'k2', 'k3', 'k4', '12345', 'xyz'])
      expect(text).not.toContain(secret)
    for (const open of ['qwerty', '*/*', '"progressToken":"p"', 'done']) expect(text).toContain(open)
  })

  test('are written when they are asked for', () => {
    const { lines, capture } = writer(true)
    capture.frame({ dir: 'c2s', transport: 'http', http: { headers } })
    expect(lines.join('')).toContain('Bearer abc')
  })

  test('are found by name', () => {
    const secret = [
      'token',
      'accessToken',
      'API_KEY',
      'client-secret',
      'Cookie',
      'set-cookie',
      'mcp-session-id',
      'sshKeys',
    ]
    const open = ['progressToken', 'keyboard', 'monkey', 'tokenize', 'taskId', 'name', 'secretary']
    expect(secret.filter((name) => !isSecretName(name))).toEqual([])
    expect(open.filter(isSecretName)).toEqual([])
  })

  test('in a schema only have their values to hide, so the schema stays whole', () => {
    const schema = { type: 'object', properties: { token: { type: 'string', description: 'a token' } } }
    expect(redact(schema)).toEqual(schema)
  })

  test('are looked for only where one can be', () => {
    const syllables = [
      'progress',
      'Token',
      'token',
      'KEY',
      's',
      '-',
      '_',
      'pass',
      'word',
      'wd',
      'phrase',
      '\u212aey',
      '"',
      '=',
    ]
    const more = ['api', 'secret', 'Authorization', 'cookie', 'credential', 'mcp-session', '-id', ' ', ': x', 'a']
    const word = fc.array(fc.constantFrom(...syllables, ...more), { maxLength: 4 }).map((parts) => parts.join(''))
    const value = fc.oneof(word, fc.dictionary(word, fc.oneof(word, fc.integer())), fc.array(word))
    const fields = fc.dictionary(fc.oneof(word, fc.constant('text')), value, { noNullPrototype: true })
    fc.assert(
      fc.property(fields, (line) => {
        if (!mayNameSecret(JSON.stringify(line))) expect(redactFields(line)).toEqual(line)
      }),
    )
    expect(mayNameSecret('{"params":{"progressToken":"a","progress":1,"message":"working"}}')).toBe(false)
    expect(mayNameSecret('{"progressToken-of-mine":"a"}')).toBe(isSecretName('progressToken-of-mine'))
  })

  test('in free text end where the word ends', () => {
    expect(redactText('api_key: "abc", next')).toBe('api_key: "[redacted]", next')
    expect(redactText('no secrets here')).toBe('no secrets here')
  })
})

test('what was written is read back as it was', () => {
  const fields = fc.dictionary(fc.string(), fc.jsonValue())
  fc.assert(
    fc.property(fields, (extra) => {
      const { lines, capture } = writer(true)
      capture.side('a-kind', { extra })
      const reading = readCaptureLine(lines[1] ?? '', 1, 0)
      expect(reading.ok && reading.line.fields.extra).toEqual(JSON.parse(JSON.stringify(extra)))
    }),
  )
})

test('what was written can be analysed', () => {
  const { lines, capture } = writer()
  capture.frame({ dir: 'c2s', transport: 'stdio', msg: { id: 1, method: 'tasks/list' } })
  capture.frame({ dir: 's2c', transport: 'stdio', msg: { id: 1, result: { tasks: [] } } })
  expect(analyzeCapture(lines)).toMatchObject({ frames: { c2s: 1, s2c: 1 }, tasksListPages: 1 })
})
