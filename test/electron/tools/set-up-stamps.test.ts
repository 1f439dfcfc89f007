import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sourceStamp } from '../../../electron/tools/set-up/build-stamp.mjs'
import { differingPackages } from '../../../electron/tools/set-up/lock-file.mjs'

describe('installed npm packages against the lock file', () => {
  const wanted = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/react': { version: '19.3.1', integrity: 'sha512-a' },
      'node_modules/@esbuild/win32-x64': { version: '0.28.2', integrity: 'sha512-b', optional: true },
    },
  }

  test('the same versions differ in nothing, also without the packages of other platforms', () => {
    const installed = { packages: { 'node_modules/react': { version: '19.3.1', integrity: 'sha512-a' } } }
    expect(differingPackages(wanted, installed)).toEqual([])
  })

  test.each([
    ['is missing', {}],
    ['has another version', { 'node_modules/react': { version: '19.3.0', integrity: 'sha512-a' } }],
    ['has other content', { 'node_modules/react': { version: '19.3.1', integrity: 'sha512-c' } }],
  ])('a package that %s is told', (_how, packages) => {
    expect(differingPackages(wanted, { packages })).toEqual(['node_modules/react'])
  })

  test('an installed tree that says nothing about itself differs', () => {
    expect(differingPackages(wanted, {})).toEqual(['node_modules/react'])
  })
})

describe('stamp of the sources', () => {
  let root = ''
  const entries = ['core', 'package.json', 'not-there']
  const file = () => join(root, 'core/model/task.ts')

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'taskscope-stamp-'))
    mkdirSync(join(root, 'core/model'), { recursive: true })
    mkdirSync(join(root, 'core/tools'))
    writeFileSync(join(root, 'package.json'), '{}')
    writeFileSync(file(), 'one')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  test('stays the same while nothing changes', () => {
    expect(sourceStamp(root, entries)).toBe(sourceStamp(root, entries))
  })

  test.each([
    ['a file is written again', () => utimesSync(file(), new Date(1), new Date(1))],
    ['a file grows', () => writeFileSync(file(), 'longer')],
    ['a file is added', () => writeFileSync(join(root, 'core/new.ts'), '')],
    ['a file is removed', () => rmSync(file())],
  ])('changes when %s', (_what, change) => {
    const before = sourceStamp(root, entries)
    change()
    expect(sourceStamp(root, entries)).not.toBe(before)
  })

  test('does not mind the tools, which the build does not read', () => {
    const before = sourceStamp(root, entries)
    writeFileSync(join(root, 'core/tools/start.mjs'), 'changed')
    expect(sourceStamp(root, entries)).toBe(before)
  })
})
