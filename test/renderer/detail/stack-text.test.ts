import { describe, expect, it } from 'vitest'
import { stackLines } from '../../../renderer/detail/stack-text.ts'

describe('a stack as text', () => {
  it('gives frames that can be opened', () => {
    const stack = [
      'TypeError: cannot read',
      'a second line of the message',
      '    at async crawl (/work/crawl.ts:40:3)',
      '    at file:///work/my%20tasks.ts:7:1',
      '    at Object.<anonymous> (C:\\work\\tasks.ts:1:2)',
      '    at async Promise.all (index 0)',
    ].join('\n')
    expect(stackLines(stack)).toEqual([
      { frame: { name: 'async crawl', file: '/work/crawl.ts', line: 40, column: 3 } },
      { frame: { name: 'anonymous', file: '/work/my tasks.ts', line: 7, column: 1 } },
      { frame: { name: 'Object.<anonymous>', file: 'C:\\work\\tasks.ts', line: 1, column: 2 } },
      { text: 'at async Promise.all (index 0)' },
    ])
  })

  it('is empty when there are no frames', () => {
    expect(stackLines('Error: only words')).toEqual([])
    expect(stackLines('')).toEqual([])
  })
})
