import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeText } from '../../../core/telemetry/write-text.ts'
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

let folder: TemporaryFolder
let path: string

beforeEach(() => {
  folder = createTemporaryFolder()
  path = join(folder.path, 'text')
})

afterEach(() => folder.remove())

it('writes every character, however long the text, and says how many bytes that were', () => {
  const file = openSync(path, 'a')
  const texts = ['plain\n', 'à la 漢字 🙂\n', '漢'.repeat(200_000), '', 'last']
  const lengths = texts.map((text) => writeText(file, text))
  closeSync(file)
  expect(lengths).toEqual(texts.map((text) => Buffer.byteLength(text)))
  expect(readFileSync(path, 'utf8')).toBe(texts.join(''))
})

it('writes at a place in the file', () => {
  const file = openSync(path, 'w')
  writeText(file, 'one three')
  writeText(file, 'two', 4)
  closeSync(file)
  expect(readFileSync(path, 'utf8')).toBe('one twoee')
})
