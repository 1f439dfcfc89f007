/** A person's folder with task modules in it, made for one test. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface TemporaryProject {
  readonly folder: string
  /** The absolute path of a file in it. */
  path(name: string): string
  write(name: string, text: string): Promise<string>
  remove(): Promise<void>
}

export async function createProject(files: Readonly<Record<string, string>> = {}): Promise<TemporaryProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'taskscope-project-')))
  const project: TemporaryProject = {
    folder,
    path: (name) => join(folder, name),
    async write(name, text) {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
      return path
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
  for (const [name, text] of Object.entries(files)) await project.write(name, text)
  return project
}
