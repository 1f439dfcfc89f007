import { describe, expect, test } from 'vitest'
import { resolveElectron } from '../../../electron/tools/set-up/electron-resolver.mjs'
import { SetupFailure } from '../../../electron/tools/setup-failure.mjs'

const places = { packageFolder: '/checkout/node_modules/electron', fallbackFolder: '/checkout/.cache/electron' }
const official = {
  '/checkout/node_modules/electron/path.txt': 'electron',
  '/checkout/node_modules/electron/dist/electron': 'binary',
  '/checkout/node_modules/electron/dist/version': 'v45.4.1',
}
const carried = { '/checkout/.cache/electron/electron': 'binary' }

function diskWith(files: Readonly<Record<string, string>>) {
  return { exists: (path: string) => path in files, read: (path: string) => files[path] }
}

function resolveWith(environment: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>) {
  return resolveElectron(environment, diskWith(files), places)
}

describe('resolving Electron', () => {
  test('an override of the dist folder comes before everything else', () => {
    const files = { ...official, ...carried, '/mine/electron': 'binary', '/mine/version': '44.0.0' }
    expect(resolveWith({ ELECTRON_OVERRIDE_DIST_PATH: '/mine' }, files)).toEqual({
      origin: 'override',
      executable: '/mine/electron',
      dist: '/mine',
      version: '44.0.0',
    })
  })

  test('an override of the executable is taken as it is, with an unknown version when the dist tells none', () => {
    expect(resolveWith({ ELECTRON_EXEC_PATH: '/mine/bin/electron' }, { '/mine/bin/electron': 'binary' })).toEqual({
      origin: 'override',
      executable: '/mine/bin/electron',
      dist: '/mine/bin',
      version: undefined,
    })
  })

  test('an override that names nothing is refused with its name, not passed over', () => {
    const resolve = () => resolveWith({ ELECTRON_OVERRIDE_DIST_PATH: '/gone' }, official)
    expect(resolve).toThrow(SetupFailure)
    expect(resolve).toThrow(/ELECTRON_OVERRIDE_DIST_PATH is set but there is no \/gone\/electron/)
  })

  test('the official dist comes before the carried one', () => {
    expect(resolveWith({}, { ...official, ...carried })).toMatchObject({ origin: 'official', version: '45.4.1' })
  })

  test('an official download that was cut short does not count', () => {
    const half = { '/checkout/node_modules/electron/dist/electron': 'binary' }
    expect(resolveWith({}, half)).toBeUndefined()
    expect(resolveWith({}, { ...half, ...carried })).toMatchObject({ origin: 'fallback' })
  })

  test('nothing on the disk resolves to nothing', () => {
    expect(resolveWith({}, {})).toBeUndefined()
  })
})
