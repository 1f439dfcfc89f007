import { describe, expect, it } from 'vitest'
import { isCommandName, parseCommandInput } from '../../../electron/ipc/command-schemas.ts'

describe('commands at the border', () => {
  it('lets through what fits', () => {
    const launch = { name: 'x', command: 'node', args: ['a'], env: { A: '1' } }
    expect(parseCommandInput('connectServer', launch)).toEqual(launch)
    expect(parseCommandInput('getSettings', undefined)).toBeUndefined()
  })

  it('refuses missing, unknown and oversized fields', () => {
    expect(() => parseCommandInput('connectServer', { name: 'x' })).toThrow()
    expect(() => parseCommandInput('openModule', { origin: 'command-line' })).toThrow()
    expect(() => parseCommandInput('removeSource', { source: 'a', more: 1 })).toThrow()
    expect(() => parseCommandInput('openInEditor', { file: 'x'.repeat(5000) })).toThrow()
    expect(() => parseCommandInput('openInEditor', { file: '/a', line: -1 })).toThrow()
  })

  it('takes addresses of http and https only, without credentials', () => {
    const connect = (url: string) =>
      parseCommandInput('connectServer', { name: 'x', url, headers: { a: 'b' }, era: 'modern' })
    expect(connect('https://example.com/mcp')).toMatchObject({ era: 'modern' })
    expect(() => connect('file:///etc/passwd')).toThrow()
    expect(() => connect('http://me:hush@example.com/')).toThrow()
    expect(() => connect('nonsense')).toThrow()
  })

  it('lets the messages of a batch be read, whose numbers go on behind the point', () => {
    const wish = { key: 'server/connection', seq: 7.2 }
    expect(parseCommandInput('readFrame', wish)).toEqual(wish)
    expect(() => parseCommandInput('readFrame', { ...wish, seq: -1 })).toThrow()
    expect(() => parseCommandInput('readFrame', { ...wish, seq: Number.NaN })).toThrow()
  })

  it('knows its own names only', () => {
    expect(isCommandName('openModule')).toBe(true)
    expect(isCommandName('toString')).toBe(false)
    expect(isCommandName('__proto__')).toBe(false)
    expect(isCommandName(7)).toBe(false)
  })
})
