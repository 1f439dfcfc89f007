import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleSegments, visibleText } from '../../../core/model/visible-text.ts'

describe('text from outside', () => {
  it.each([
    ['an override that turns a file name round', 'invoice\u202efdp.exe', 'invoice\\u202efdp.exe'],
    ['isolates', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['direction marks', 'a\u200eb\u200f', 'a\\u200eb\\u200f'],
    ['an escape sequence of a terminal', '\u001b[31mred', '\\x1b[31mred'],
    ['a C1 control', 'a\u009bb', 'a\\x9bb'],
    ['zero-width characters', 'pay\u200bpal\ufeff', 'pay\\u200bpal\\ufeff'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['tag characters', 'a\u{e0041}', 'a\\u{e0041}'],
    ['a bare carriage return', 'safe\rover', 'safe\\x0dover'],
  ])('shows %s', (_name, text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  it('leaves tabs, lines, letters of every script and emoji alone', () => {
    const text = 'a\tb\nשלום 你好 é 👍🏽'
    expect(visibleText(text)).toBe(text)
    expect(visibleText('a\r\nb')).toBe('a\nb')
  })

  it('tells escapes and text apart, neighbours together', () => {
    expect(visibleSegments('a\u202e\u202db')).toEqual([
      { text: 'a', hidden: false },
      { text: '\\u202e\\u202d', hidden: true },
      { text: 'b', hidden: false },
    ])
    expect(visibleSegments('')).toEqual([])
  })

  it('never lets a control or direction character through', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    const forbidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/u
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(text)).not.toMatch(forbidden)
      }),
    )
  })

  it('is settled: showing shown text again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(visibleText(text))).toBe(visibleText(text))
      }),
    )
  })
})
