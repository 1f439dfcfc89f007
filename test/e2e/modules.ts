/** Task modules as a person brings them into the window: a file, the Open menu, the Run menu. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Locator, type Page } from '@playwright/test'
import type { LaunchedApp } from './launch.ts'
import { answerDialogs } from './native-dialogs.ts'
import { tree } from './window.ts'

/** A module of these tests by its file name. */
export function moduleFile(name: string): string {
  return fileURLToPath(new URL(`modules/${name}`, import.meta.url))
}

export interface ModuleFolder {
  readonly path: string
  /** Writes a file and gives its path. */
  write(name: string, text: string): Promise<string>
  remove(): Promise<void>
}

/** A folder of its own for one test. */
export async function moduleFolder(): Promise<ModuleFolder> {
  const path = await mkdtemp(join(tmpdir(), 'taskscope-modules-'))
  return {
    path,
    async write(name, text) {
      const file = join(path, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
      return file
    },
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

/** Open > Open a task module…, with the file chosen and the question answered. */
export async function openModule({ app, page }: LaunchedApp, file: string, consent = true): Promise<void> {
  await answerDialogs(app, { file, consent })
  await page.getByRole('toolbar').getByRole('button', { name: 'Open' }).click()
  await page.getByRole('menuitem', { name: 'Open a task module…' }).click()
}

/** The host that a module of this source runs in, as it stands among the sources. */
export function hostOf(page: Page, source: string): Locator {
  return page.locator(`[data-source-key="${source}/host"]`)
}

/** The process that a module of this source runs in. */
export async function hostPid(page: Page, source: string): Promise<number> {
  const host = hostOf(page, source)
  await expect(host).toContainText(/pid \d+/)
  return Number(/pid (\d+)$/m.exec(await host.innerText())?.[1])
}

/** Shows only this host's tasks, and its own detail. */
export async function selectHost(page: Page, source: string): Promise<void> {
  const host = hostOf(page, source)
  await showAllSources(page)
  await host.click()
  await expect(host).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('tab', { name: 'Overview' }).click()
}

export async function showAllSources(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Sources' }).getByRole('button', { name: 'All sources' }).click()
}

/** Opens the Run dialog on one task. */
export async function openRun(page: Page, source: string, task: string): Promise<Locator> {
  await page.getByRole('toolbar').getByRole('button', { name: 'Run' }).click()
  await page.getByRole('menuitem', { name: `${source}…` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Task or tool').selectOption(task)
  return dialog
}

/** Runs a task with what is typed into the fields of its form, by their labels, and gives its row. */
export async function runTask(
  page: Page,
  source: string,
  task: string,
  typed: Readonly<Record<string, string>> = {},
): Promise<Locator> {
  const dialog = await openRun(page, source, task)
  for (const [label, text] of Object.entries(typed)) await dialog.getByRole('textbox', { name: label }).fill(text)
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(dialog).toBeHidden()
  return taskRow(page, source, task)
}

/** The newest row of a task of one source. */
export function taskRow(page: Page, source: string, task: string): Locator {
  return tree(page).locator(`[role=row][data-state][data-task-key^="${source}/"]`).filter({ hasText: task }).last()
}
