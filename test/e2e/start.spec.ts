import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { launchApp } from './launch.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

test('the first start shows the demo: rows in several states, and no error in the console', async () => {
  const { page, pageErrors, close } = await launchApp()
  try {
    const rows = page.getByRole('treegrid', { name: 'Tasks' }).locator('[role=row][data-state]')
    await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(8)
    const states = () => rows.evaluateAll((all) => new Set(all.map((row) => row.getAttribute('data-state'))).size)
    await expect.poll(states).toBeGreaterThanOrEqual(3)
    expect(pageErrors).toEqual([])
  } finally {
    await close()
  }
})

test('npm start -- --screenshot FILE writes the picture, relative to where it was typed, and exits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'taskscope-screenshot-'))
  try {
    const { code, output } = await start(
      ['--screenshot', 'shot.png', `--user-data-dir=${join(folder, 'data')}`],
      folder,
    )
    expect(output).toContain('shot.png')
    expect(code).toBe(0)
    const picture = await readFile(join(folder, 'shot.png'))
    expect(picture.subarray(1, 4).toString('latin1')).toBe('PNG')
    expect(picture.readUInt32BE(16)).toBeGreaterThan(800)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('an end signal to the launcher closes the app, and both end', async () => {
  const userData = await mkdtemp(join(tmpdir(), 'taskscope-signal-'))
  try {
    const started = start([`--user-data-dir=${userData}`, '--remote-debugging-port=0'], repository, (text, child) => {
      if (text.includes('DevTools listening')) child.kill('SIGTERM')
    })
    const { code } = await started
    expect(code).toBe(0)
  } finally {
    await rm(userData, { recursive: true, force: true })
  }
})

type Started = ReturnType<typeof spawn>

function start(
  args: readonly string[],
  cwd: string,
  onText: (text: string, child: Started) => void = () => {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [join(repository, 'electron/tools/start.mjs'), ...args], {
    cwd: repository,
    env: { ...process.env, INIT_CWD: cwd },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      onText(text, child)
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
