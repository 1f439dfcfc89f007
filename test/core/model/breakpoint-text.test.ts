import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Breakpoint, breakpointText, fits } from '../../../core/model/breakpoint.ts'
import { parseBreakpoint } from '../../../core/model/breakpoint-text.ts'
import { nodeId } from '../../../core/model/identity.ts'
import { comparisons } from '../../../core/model/state-predicate.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/).filter((text) => !['in', 'under', 'labelled'].includes(text))

const on: fc.Arbitrary<Breakpoint['on']> = fc.oneof(
  fc.constantFrom({ kind: 'start' } as const, { kind: 'error' } as const, { kind: 'checkpoint' } as const),
  fc.record({ kind: fc.constant('checkpoint' as const), label: word }),
  fc.record({ kind: fc.constant('progress' as const), atLeast: fc.integer() }),
  fc.record({ kind: fc.constant('transition' as const), to: fc.constantFrom('input_required', 'completed') }),
  fc.record({ kind: fc.constant('state' as const), when: fc.record({ export: word }) }),
  fc.record({
    kind: fc.constant('state' as const),
    when: fc.record({
      path: word,
      is: fc.constantFrom(...comparisons),
      than: fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), word),
    }),
  }),
)

describe('a breakpoint as text', () => {
  test('what is written is read back as the same breakpoint', () => {
    const scope = fc.record({ name: word, label: word, under: word.map(nodeId) }, { requiredKeys: [] })
    fc.assert(
      fc.property(on, scope, (first, where) => {
        const breakpoint = Object.keys(where).length === 0 ? { on: first } : { on: first, scope: where }
        expect(parseBreakpoint(breakpointText(breakpoint))).toEqual({ ok: true, value: breakpoint })
      }),
    )
  })

  test.each([
    ['', 'a breakpoint begins with start, checkpoint, progress, error, enters or state, not ""'],
    ['progress 50', 'progress is written as: progress >= 50'],
    ['enters failed', 'enters takes running, input_required or completed'],
    ['start now', 'start takes nothing more, "now" is too much'],
    ['state pages >= {}', '"{}" is no number, "text", true, false or null'],
    ['state process.exit(1)', 'state is written as: state pages >= 3, or: state isStuck()'],
  ])('%j is refused in one sentence', (text, problem) => {
    expect(parseBreakpoint(text)).toEqual({ ok: false, problem })
  })

  test('a pattern fits the same text, or the same start before its star', () => {
    expect([fits(undefined, 'a'), fits('a', 'a'), fits('a*', 'abc'), fits('a', 'ab'), fits('a', undefined)]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})
