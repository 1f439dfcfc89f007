import { describe, expect, test } from 'vitest'
import { belongsToElectron, fallback } from '../../../electron/tools/fallback/pin.mjs'

describe('the carried Electron', () => {
  test.each([
    ['Cypress/Cypress', true],
    ['Cypress/locales/en-US.pak', true],
    ['Cypress/v8_context_snapshot.bin', true],
    ['Cypress/browser_v8_context_snapshot.bin', false],
    ['Cypress/resources/app/index.js', false],
    ['Cypress/locales/', false],
    ['elsewhere/file', false],
  ])('%s is taken: %s', (name, taken) => expect(belongsToElectron(name)).toBe(taken))

  test('is pinned to one version and one SHA-512', () => {
    expect(fallback.packageSpec).toMatch(/@\d+\.\d+\.\d+$/)
    expect(Buffer.from(fallback.sha512, 'base64')).toHaveLength(64)
  })

  test('is no dependency of an ordinary install', async () => {
    const { default: manifest } = await import('../../../package.json')
    const name = fallback.packageSpec.slice(0, fallback.packageSpec.lastIndexOf('@'))
    expect(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })).not.toContain(name)
  })
})
