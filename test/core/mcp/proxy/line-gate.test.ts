/** The gate of one direction: whatever is asked of it meanwhile, what passes is what came. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../../../core/mcp/proxy/frame-gate.ts'
import { LineGate } from '../../../../core/mcp/proxy/line-gate.ts'

function gate(judge: (text: string) => Verdict = () => 'pass') {
  const out: Uint8Array[] = []
  const seen: string[] = []
  const made = new LineGate({
    forward: (bytes) => out.push(bytes),
    see: (line) => {
      seen.push(line.text)
      return judge(line.text)
    },
  })
  return { gate: made, seen, out: () => Buffer.concat(out).toString('latin1') }
}
const bytes = (text: string) => Buffer.from(text, 'latin1')

const action = fc.oneof(
  fc.record({ push: fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '{'), maxLength: 12 }) }),
  fc.record({ filter: fc.boolean() }),
)

test('any chunks, filtered at any time: the same bytes in the same order, each line seen once', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const { gate: made, seen, out } = gate()
      let sent = ''
      for (const each of actions) {
        if ('filter' in each) made.filtering = each.filter
        else {
          sent += each.push
          made.push(bytes(each.push))
        }
      }
      made.end()
      expect(out()).toBe(sent)
      const lines = sent.split('\n').map((line) => line.replace(/\r$/, ''))
      if (sent.endsWith('\n') || sent === '') lines.pop()
      expect(seen).toEqual(lines)
    }),
  )
})

test('lines of ours only ever stand between two lines', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(action, fc.constant({ insert: true })), { maxLength: 40 }), (actions) => {
      const { gate: made, out } = gate()
      let sent = ''
      let inserts = 0
      for (const each of actions) {
        if ('insert' in each) {
          made.insert(bytes('OURS\n'))
          inserts += 1
        } else if ('filter' in each) made.filtering = each.filter
        else {
          sent += each.push
          made.push(bytes(each.push))
        }
      }
      made.push(bytes('\n'))
      const [all, ours] = [out(), out().match(/(?<=^|\n)OURS\n/g)?.length ?? 0]
      expect(ours).toBe(inserts)
      expect(all.replaceAll('OURS\n', '')).toBe(`${sent}\n`)
    }),
  )
})

describe('while it filters', () => {
  test('a line is dropped, kept or passed by its verdict', () => {
    const kept: Uint8Array[] = []
    const { gate: made, out } = gate((text) =>
      text === 'drop' ? 'drop' : text === 'keep' ? (b) => kept.push(b) : 'pass',
    )
    made.filtering = true
    made.push(bytes('pass\r\ndr'))
    made.push(bytes('op\nkeep\npass\n'))
    expect(out()).toBe('pass\r\npass\n')
    expect(Buffer.concat(kept).toString()).toBe('keep\n')
  })

  test('a line that had begun to pass passes to its end', () => {
    const { gate: made, out } = gate(() => 'drop')
    made.push(bytes('half of'))
    made.filtering = true
    made.push(bytes(' it\nnot this\n'))
    expect(out()).toBe('half of it\n')
  })

  test('a verdict stands, even when the filtering ends with it', () => {
    const { gate: made, out } = gate((text) => {
      if (text === 'pass') return 'pass'
      made.filtering = false
      return 'drop'
    })
    made.filtering = true
    made.push(bytes('this is ours'))
    made.push(bytes('\npass\n'))
    expect(out()).toBe('pass\n')
  })
})

test('whoever looks at a line may insert one, and no other is cut in two by that', () => {
  const { gate: made, out } = gate(() => {
    made.insert(bytes('OURS\n'))
    return 'pass'
  })
  made.push(bytes('one\nhalf of'))
  made.push(bytes(' two\n'))
  expect(out()).toBe('one\nhalf of two\nOURS\nOURS\n')
})
