import { describe, expect, it } from 'vitest'
import { mustAsk } from '../../electron/open-origin.ts'

describe('consent to run a module', () => {
  it('takes a path typed on the command line as its own consent', () => {
    expect(mustAsk('command-line', '/a.ts', [])).toBe(false)
  })

  it('asks at the first opening from the window, and not again', () => {
    expect(mustAsk('dialog', '/a.ts', [])).toBe(true)
    expect(mustAsk('dialog', '/a.ts', ['/a.ts'])).toBe(false)
    expect(mustAsk('recent', '/a.ts', ['/b.ts'])).toBe(true)
  })

  it('asks for every drop, trusted or not', () => {
    expect(mustAsk('drop', '/a.ts', ['/a.ts'])).toBe(true)
  })
})
