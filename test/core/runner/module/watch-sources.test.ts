import { rename, rm, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { watchSources } from '../../../../core/runner/module/watch-sources.ts'
import { systemTimers } from '../../../../core/system/system-clock.ts'
import { createProject, type TemporaryProject } from './temporary-project.ts'

const projects: TemporaryProject[] = []
const endings: (() => void)[] = []

afterEach(async () => {
  for (const end of endings.splice(0)) end()
  for (const project of projects.splice(0)) await project.remove()
})

async function watched(files: Readonly<Record<string, string>>) {
  const project = await createProject(files)
  projects.push(project)
  const changes: string[] = []
  const paths = Object.keys(files).map(project.path)
  endings.push(watchSources(paths, systemTimers, (file) => void changes.push(file)))
  return { project, changes }
}

const soon = { timeout: 10_000, interval: 10 }

describe('watching the sources of a module', () => {
  it('tells once, and of the file that has changed', async () => {
    const { project, changes } = await watched({ 'a.ts': '1', 'lib/b.ts': '1' })
    await project.write('lib/b.ts', '2')
    await vi.waitFor(() => expect(changes).toEqual([project.path('lib/b.ts')]), soon)
    await project.write('a.ts', '2')
    expect(changes).toHaveLength(1)
  })

  it('hears of a file that an editor replaced by another', async () => {
    const { project, changes } = await watched({ 'a.ts': '1' })
    await writeFile(project.path('a.ts~'), '2')
    await rename(project.path('a.ts~'), project.path('a.ts'))
    await vi.waitFor(() => expect(changes).toEqual([project.path('a.ts')]), soon)
  })

  it('hears of a file that was gone for a moment', async () => {
    const { project, changes } = await watched({ 'a.ts': '1' })
    await rm(project.path('a.ts'))
    await project.write('a.ts', '2')
    await vi.waitFor(() => expect(changes).toEqual([project.path('a.ts')]), soon)
  })

  it('does not mind files that are no sources, nor the same content again', async () => {
    const { project, changes } = await watched({ 'a.ts': '1', 'b.ts': '1' })
    await project.write('notes.txt', '2')
    await project.write('a.ts', '1')
    await project.write('b.ts', '2')
    await vi.waitFor(() => expect(changes).toEqual([project.path('b.ts')]), soon)
  })

  it('lives with a folder that does not exist', () => {
    expect(() => watchSources(['/no/such/folder/a.ts'], systemTimers, () => undefined)()).not.toThrow()
  })
})
