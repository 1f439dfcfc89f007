import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileFor } from '../../electron/app-files.ts'

describe('files served to the page', () => {
  it('serves the page itself for the root', () => {
    expect(fileFor('/app/out', '/')).toBe('/app/out/index.html')
    expect(fileFor('/app/out', '/assets/a%20b.js')).toBe('/app/out/assets/a b.js')
  })

  it('refuses paths that climb out, however they are written', () => {
    for (const path of [
      '/../secret',
      '/..%2f..%2fetc/passwd',
      '/%2e%2e/secret',
      '/a/../../secret',
      '/..%5csecret',
      '/%00',
    ]) {
      expect(fileFor('/app/out', path), path).toBeUndefined()
    }
    expect(fileFor('/app/out', '/../outside-with-same-start')).toBeUndefined()
  })

  it('refuses what cannot be decoded', () => {
    expect(fileFor('/app/out', '/%E0%A4%A')).toBeUndefined()
  })

  it('never answers with a file outside, whatever is asked', () => {
    const part = fc.constantFrom('..', '.', '%2e%2e', '%2f', '/', '\\', 'a', '%00', '....//')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const file = fileFor('/app/out', `/${parts.join('/')}`)
        expect(file === undefined || file.startsWith('/app/out/')).toBe(true)
      }),
    )
  })
})
