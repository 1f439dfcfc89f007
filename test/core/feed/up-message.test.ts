import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlainJson } from '../../../core/feed/plain-json.ts'
import { parseUpMessage } from '../../../core/feed/up-message.ts'
import { keyOf, request } from '../registry/scene.ts'

const control = (command: unknown) => ({
  type: 'control',
  request: { ...request('c1', keyOf('a'), { verb: 'step' }), command },
})

describe('messages of a viewer', () => {
  it.each([
    [{ type: 'hello', version: 1 }],
    [{ type: 'ack', n: 3 }],
    [{ type: 'watch', lanes: [] }],
    [{ type: 'watch', detail: 's/a', lanes: ['s/a', 's/b/c'] }],
    [{ type: 'clearFinished' }],
    [{ type: 'clearFinished', source: 's' }],
    [control({ verb: 'suspend' })],
    [control({ verb: 'resume', all: true })],
    [control({ verb: 'suspend', subtree: true })],
    [control({ verb: 'resume', subtree: true })],
    [control({ verb: 'step' })],
    [control({ verb: 'step', to: 'statement' })],
    [control({ verb: 'start', offer: 'crawl', input: { urls: ['a', 1, null] }, asTask: true })],
    [control({ verb: 'start', offer: 'crawl', input: undefined })],
    [control({ verb: 'answer', requestId: 'q', answer: { action: 'accept', content: { size: 3 } } })],
    [control({ verb: 'answer', requestId: 'q', answer: { action: 'decline' } })],
  ])('takes %j as it is', (message) => {
    expect(parseUpMessage(message)).toEqual({ ok: true, message })
  })

  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic

  it.each([
    ['nothing', undefined, /message/],
    ['another type', { type: 'eval', code: '1' }, /type/],
    ['a negative number', { type: 'ack', n: -1 }, /^n:/],
    ['too many lanes', { type: 'watch', lanes: Array.from({ length: 201 }, () => 's/a') }, /^lanes:/],
    ['a key without a source', { type: 'watch', lanes: ['a'] }, /^lanes.0: must be sourceId\/nodeId/],
    ['a source with a slash', { type: 'clearFinished', source: 'a/b' }, /^source:/],
    ['slow frames without a length', { type: 'slowFrames', count: 1 }, /^longestMs:/],
    ['an unknown verb', control({ verb: 'explode' }), /^request.command.verb:/],
    ['a function as input', control({ verb: 'start', offer: 'x', input: { run: () => 1 } }), /plain JSON/],
    ['a cycle as input', control({ verb: 'start', offer: 'x', input: cyclic }), /plain JSON/],
    ['a map as input', control({ verb: 'start', offer: 'x', input: new Map() }), /plain JSON/],
  ])('refuses %s in one sentence', (_, message, error) => {
    const parsed = parseUpMessage(message)
    expect(parsed).toEqual({ ok: false, error: expect.stringMatching(error) })
  })

  it('refuses who speaks as a supervisor, a peer or the clock', () => {
    const wish = { ...request('c1', keyOf('a'), { verb: 'kill' }), by: { kind: 'supervisor' } }
    expect(parseUpMessage({ type: 'control', request: wish })).toMatchObject({ ok: false })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true }),
        (value) => void parseUpMessage(value),
      ),
    )
  })

  it('knows plain JSON: what survives a round trip as text', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => isPlainJson(value)))
    expect(isPlainJson({ a: undefined })).toBe(false)
    expect(isPlainJson(Number.NaN)).toBe(false)
    expect(isPlainJson(new Date(0))).toBe(false)
    expect(isPlainJson(Array.from({ length: 200_000 }, () => 1))).toBe(false)
  })
})
