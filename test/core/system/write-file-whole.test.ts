import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeFileWhole } from '../../../core/system/write-file-whole.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskscope-whole-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

it('makes the folder, replaces the file for its owner only, and leaves nothing beside it', () => {
  const path = join(folder, 'new', 'file.json')
  writeFileWhole(path, 'first')
  writeFileWhole(path, 'second')
  expect(readFileSync(path, 'utf8')).toBe('second')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(folder, 'new'))).toEqual(['file.json'])
})

it('throws what the system says and leaves what was there', () => {
  const path = join(folder, 'taken')
  mkdirSync(path)
  expect(() => writeFileWhole(path, 'text')).toThrow(/EISDIR|ENOTEMPTY|EPERM|EEXIST/)
  expect(readdirSync(folder)).toEqual(['taken'])
})
