import { describe, expect, test } from 'vitest'
import { unpackedEsbuild, unpackedPath } from '../../electron/unpacked.ts'

describe('files of the packaged app for other programs', () => {
  test('lie beside the archive', () => {
    expect(unpackedPath('/opt/taskscope/resources/app.asar/core/demo/demo.ts')).toBe(
      '/opt/taskscope/resources/app.asar.unpacked/core/demo/demo.ts',
    )
    expect(unpackedEsbuild('/opt/taskscope/resources/app.asar', 'linux', 'x64')).toBe(
      '/opt/taskscope/resources/app.asar.unpacked/node_modules/@esbuild/linux-x64/bin/esbuild',
    )
  })

  test('are where they are in a checkout', () => {
    expect(unpackedPath('/home/me/taskscope/core/demo/demo.ts')).toBe('/home/me/taskscope/core/demo/demo.ts')
  })
})
