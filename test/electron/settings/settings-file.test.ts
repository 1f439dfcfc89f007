import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSettingsFile, remember } from '../../../electron/settings/settings-file.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskscope-settings-'))
  path = join(folder, 'settings.json')
})

afterEach(() => rmSync(folder, { recursive: true }))

describe('the settings file', () => {
  it('starts from defaults and keeps what was changed', () => {
    expect(openSettingsFile(path).get().theme).toBe('system')
    openSettingsFile(path).change({ theme: 'dark' })
    expect(openSettingsFile(path).get().theme).toBe('dark')
  })

  it('is readable by its owner only and leaves no neighbour behind', () => {
    openSettingsFile(path).change({ density: 'comfortable' })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['settings.json'])
  })

  it('sets an unreadable file aside, says so, and loses nothing', () => {
    writeFileSync(path, '{ half')
    const file = openSettingsFile(path)
    expect(file.complaint).toContain('set aside')
    expect(readFileSync(`${path}.unreadable`, 'utf8')).toBe('{ half')
    expect(file.get().theme).toBe('system')
  })

  it('counts for the run and says so where the file cannot be written', () => {
    writeFileSync(path, '{}')
    const file = openSettingsFile(join(path, 'below-a-file', 'settings.json'))
    expect(file.change({ theme: 'dark' }).theme).toBe('dark')
    expect(file.get().theme).toBe('dark')
    expect(file.complaint).toMatch(/count for this run only, .+ could not be written: E/)
  })

  it('has no complaint once it could be written', () => {
    writeFileSync(path, '{ half')
    const file = openSettingsFile(path)
    file.change({ theme: 'dark' })
    expect(file.complaint).toBeUndefined()
  })

  it('keeps the good fields of a file with a bad one', () => {
    writeFileSync(path, JSON.stringify({ theme: 'sepia', recentModules: ['/a.ts'] }))
    expect(openSettingsFile(path).get()).toMatchObject({ theme: 'system', recentModules: ['/a.ts'] })
  })
})

describe('recent things', () => {
  it('puts the newest first, once, and keeps the list short', () => {
    const same = (a: string, b: string) => a === b
    expect(remember(['a', 'b'], 'b', same)).toEqual(['b', 'a'])
    expect(remember(['1', '2', '3'], '4', same, 3)).toEqual(['4', '1', '2'])
  })
})
