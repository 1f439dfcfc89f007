import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRpcText, writeRpcLine } from '../../../../core/mcp/wire/rpc-message.ts'

describe('reading a message', () => {
  test.each([
    ['{"jsonrpc":"2.0","id":0,"method":"ping"}', [{ kind: 'request', id: 0, method: 'ping', params: {} }]],
    ['{"method":"n","params":{"a":1}}', [{ kind: 'notification', method: 'n', params: { a: 1 } }]],
    ['{"id":"0","result":{"a":1}}', [{ kind: 'result', id: '0', result: { a: 1 } }]],
    ['{"id":1,"result":null}', [{ kind: 'result', id: 1, result: {} }]],
    [
      '{"id":null,"error":{"code":-32700,"message":"m"}}',
      [{ kind: 'error', id: undefined, error: { code: -32700, message: 'm' } }],
    ],
    ['{"id":1,"error":{}}', [{ kind: 'error', id: 1, error: { code: 0, message: '' } }]],
    [
      '[{"method":"a"},{"method":"b"}]',
      [
        { kind: 'notification', method: 'a', params: {} },
        { kind: 'notification', method: 'b', params: {} },
      ],
    ],
    ['', []],
  ])('%s', (text, messages) => {
    expect(readRpcText(text)).toEqual({ ok: true, messages })
  })

  test.each([
    ['hello', 'it is not JSON'],
    ['7', 'it is JSON, but no JSON-RPC message'],
    ['{}', 'it is JSON, but no JSON-RPC message'],
    ['{"id":true,"method":"a"}', 'its request id is neither text nor a number'],
    ['{"result":{}}', 'it answers a request without saying which'],
  ])('%s is none, with why', (text, why) => {
    expect(readRpcText(text)).toEqual({ ok: false, why })
  })

  test('never throws, whatever JSON or text comes', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readRpcText(text)))
  })

  test('gives back what was written', () => {
    const params = fc.dictionary(fc.string(), fc.jsonValue())
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.string()), fc.string(), params, (id, method, fields) => {
        const line = writeRpcLine({ id, method, params: fields })
        expect(line.indexOf('\n')).toBe(line.length - 1)
        expect(readRpcText(line)).toEqual({
          ok: true,
          messages: [{ kind: 'request', id, method, params: JSON.parse(JSON.stringify(fields)) }],
        })
      }),
    )
  })
})
