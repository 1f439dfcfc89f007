import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { type Bundle, bundleModule } from '../../../../core/runner/module/bundle-module.ts'
import { createProject, type TemporaryProject } from './temporary-project.ts'

const projects: TemporaryProject[] = []

afterEach(async () => {
  for (const project of projects.splice(0)) await project.remove()
})

async function bundle(files: Readonly<Record<string, string>>, entry: string): Promise<[Bundle, TemporaryProject]> {
  const project = await createProject({ 'app/library.mjs': 'export const made = "by the application"', ...files })
  projects.push(project)
  const folder = project.path('out')
  await mkdir(folder)
  const path = project.path(entry)
  return [await bundleModule({ path, library: project.path('app/library.mjs'), folder }), project]
}

async function load(files: Readonly<Record<string, string>>, entry: string) {
  const [made, project] = await bundle(files, entry)
  if (!made.ok) throw new Error(made.failure.text)
  const exported = (await import(made.url)) as Readonly<Record<string, unknown>>
  return { exported, project, made }
}

const dualPackage = {
  'node_modules/dual/package.json': '{"name":"dual","exports":{"import":"./esm.mjs","require":"./cjs.cjs"}}',
  'node_modules/dual/esm.mjs': 'export const how = "import"; export const url = import.meta.url',
  'node_modules/dual/cjs.cjs': 'exports.how = "require"; exports.file = __filename',
}

describe('bundling a task module', () => {
  it.each([
    ['TypeScript', 'm.ts', 'export const answer: number = 42'],
    ['TypeScript, .mts', 'm.mts', 'export const answer: number = 42'],
    ['TypeScript, .cts', 'm.cts', 'exports.answer = 42 as number'],
    ['an ES module', 'm.mjs', 'export const answer = 42'],
    ['CommonJS', 'm.cjs', 'module.exports = { answer: 42 }'],
    ['CommonJS by its package', 'm.js', 'exports.answer = 42'],
    ['JavaScript with JSX', 'm.jsx', 'export const answer = 42'],
  ])('takes %s', async (_what, entry, source) => {
    const { exported } = await load({ [entry]: source }, entry)
    const whole = exported.default as { answer?: number } | undefined
    expect(exported.answer ?? whole?.answer).toBe(42)
  })

  it('leaves packages where they are and loads the side that was asked for', async () => {
    const { exported, project, made } = await load(
      {
        ...dualPackage,
        'm.ts': `import { how, url } from 'dual'; import { inner } from './inner.cjs'; export { how, url, inner }`,
        'inner.cjs': `exports.inner = require('dual')`,
      },
      'm.ts',
    )
    expect(exported.how).toBe('import')
    expect(exported.url).toBe(pathToFileURL(project.path('node_modules/dual/esm.mjs')).href)
    expect(exported.inner).toEqual({ how: 'require', file: project.path('node_modules/dual/cjs.cjs') })
    expect(made.inputs).toEqual(expect.arrayContaining([project.path('m.ts'), project.path('inner.cjs')]))
    expect(made.inputs.filter((input) => input.includes('node_modules'))).toEqual([])
  })

  it('gives `taskscope` to import and to require as the one library of the application', async () => {
    const { exported } = await load(
      {
        'm.ts': `import * as imported from 'taskscope'; import required from './inner.cjs'; export { imported, required }`,
        'inner.cjs': `module.exports = { ...require('taskscope') }`,
      },
      'm.ts',
    )
    expect(exported.imported).toMatchObject({ made: 'by the application' })
    expect(exported.required).toMatchObject({ made: 'by the application' })
  })

  it('tells each source file its own place', async () => {
    const { exported, project } = await load(
      {
        'm.ts': `
          import { fileURLToPath } from 'node:url'
          import { createRequire } from 'node:module'
          import { inner } from './deep/inner.mjs'
          import cjs from './deep/inner.cjs'
          const __filename = fileURLToPath(import.meta.url)
          const require = createRequire(import.meta.url)
          export const own = __filename
          export const required = require('./deep/data.json')
          export { inner, cjs }`,
        'deep/inner.mjs': 'export const inner = [import.meta.url, import.meta.dirname, import.meta.filename]',
        'deep/inner.cjs': '#!/usr/bin/env node\n"use strict"\nmodule.exports = [__dirname, __filename]',
        'deep/data.json': '{"k":1}',
      },
      'm.ts',
    )
    expect(exported.own).toBe(project.path('m.ts'))
    expect(exported.required).toEqual({ k: 1 })
    const inner = project.path('deep/inner.mjs')
    expect(exported.inner).toEqual([pathToFileURL(inner).href, dirname(inner), inner])
    expect(exported.cjs).toEqual([project.path('deep'), project.path('deep/inner.cjs')])
  })

  it('follows the paths of a tsconfig and takes JSON', async () => {
    const { exported } = await load(
      {
        'tsconfig.json': '{"compilerOptions":{"baseUrl":".","paths":{"~/*":["./lib/*"],"shared":["./lib/shared.ts"]}}}',
        'lib/shared.ts': 'export const shared = "shared"',
        'lib/other.ts': 'export const other = "other"',
        'data.json': '{"k":1}',
        'm.ts': `import { shared } from 'shared'; import { other } from '~/other'; import data from './data.json'
          export { shared, other, data }`,
      },
      'm.ts',
    )
    expect(exported).toMatchObject({ shared: 'shared', other: 'other', data: { k: 1 } })
  })

  it('keeps lines of the source in stacks', async () => {
    const { made, project } = await load(
      { 'm.ts': 'export const place = import.meta.url\n\nexport const x = 1' },
      'm.ts',
    )
    if (!made.ok) throw new Error('not bundled')
    const text = await readFile(fileURLToPath(made.url), 'utf8')
    const map = Buffer.from(text.slice(text.lastIndexOf('base64,') + 7), 'base64').toString('utf8')
    const { sources } = JSON.parse(map) as { sources: string[] }
    expect(sources.map((source) => fileURLToPath(new URL(source, made.url)))).toContain(project.path('m.ts'))
  })

  it('writes nothing beside the module, and what it writes only its owner can read', async () => {
    const { made, project } = await load({ 'm.ts': 'export {}' }, 'm.ts')
    if (!made.ok) throw new Error('not bundled')
    expect(dirname(fileURLToPath(made.url))).toBe(project.path('out'))
    expect((await stat(fileURLToPath(made.url))).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['a syntax error', { 'm.ts': 'export const a = 1\nexport const = 2' }, /^m\.ts cannot be bundled: m\.ts:2:14: /],
    [
      'an import that is not there',
      { 'm.ts': `import './gone.ts'` },
      /^m\.ts cannot be bundled: m\.ts:1:8: Could not resolve "\.\/gone\.ts"/,
    ],
    [
      'a package that is not installed',
      { 'm.ts': `import 'no-such'` },
      /^m\.ts cannot be bundled: m\.ts:1:8: Could not resolve "no-such"/,
    ],
    ['a file that does not exist', {}, /m\.ts does not exist$/],
  ])('says in one sentence what is wrong: %s', async (_what, files, sentence) => {
    const [made] = await bundle(files, 'm.ts')
    expect(made.ok).toBe(false)
    if (!made.ok) expect(made.failure.text).toMatch(sentence)
  })
})
