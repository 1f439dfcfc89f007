import { spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeRunFolder, removeLeftFolders } from '../../../core/system/run-folder.ts'

let directory: string
let elsewhere: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'taskscope-test-'))
  elsewhere = mkdtempSync(join(tmpdir(), 'taskscope-test-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true })
  rmSync(elsewhere, { recursive: true })
})

/** The name that a folder of this run would have in another one. */
async function nameOf(part: { readonly pid?: number; readonly space?: string }): Promise<string> {
  const made = await makeRunFolder('link', elsewhere)
  const [prefix, space, pid, ...rest] = basename(made).split('-')
  return [prefix, part.space ?? space, part.pid ?? pid, ...rest].join('-')
}

/** The id of a process that has ended; ids are not given out again at once. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version'], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } }).pid
}

it('makes a folder for its owner only, whose path leaves room for a socket', async () => {
  const path = await makeRunFolder('module', directory)
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(basename(path).length).toBeLessThan(50)
})

it('removes what a process left that has ended, with everything in it', async () => {
  const left = join(directory, await nameOf({ pid: deadPid() }))
  mkdirSync(join(left, 'deep'), { recursive: true })
  writeFileSync(join(left, 'deep', 'host.sock'), '')
  await removeLeftFolders(directory)
  expect(readdirSync(directory)).toEqual([])
})

it('leaves alone what is in use, what is another container’s, and what only looks alike', async () => {
  const dead = deadPid()
  mkdirSync(join(elsewhere, 'kept'))
  const names = [
    await nameOf({}),
    await nameOf({ pid: process.ppid }),
    await nameOf({ pid: dead, space: '1' }),
    `taskscope-${dead}`,
    `taskscope-modules-${dead}-AbCdEf`,
    'something-else',
  ]
  for (const name of names) mkdirSync(join(directory, name))
  const file = await nameOf({ pid: dead })
  writeFileSync(join(directory, file), '')
  const link = await nameOf({ pid: dead })
  symlinkSync(join(elsewhere, 'kept'), join(directory, link), 'dir')
  await removeLeftFolders(directory)
  expect(readdirSync(directory).sort()).toEqual([...names, file, link].sort())
  expect(existsSync(join(elsewhere, 'kept'))).toBe(true)
})

it.runIf(process.getuid?.() === 0)('leaves alone what belongs to another user', async () => {
  const name = await nameOf({ pid: deadPid() })
  mkdirSync(join(directory, name))
  chownSync(join(directory, name), 1, 1)
  await removeLeftFolders(directory)
  expect(readdirSync(directory)).toEqual([name])
})

it('is content with a folder that is not there', async () => {
  await removeLeftFolders(join(directory, 'nowhere'))
})
