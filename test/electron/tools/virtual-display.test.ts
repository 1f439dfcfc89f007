import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isOwnProcess } from '../../../core/system/own-process.ts'
import { needsVirtualDisplay } from '../../../electron/tools/set-up/virtual-display.mjs'

test.each([
  [{}, 'linux', true],
  [{ DISPLAY: '' }, 'linux', true],
  [{ DISPLAY: ':0' }, 'linux', false],
  [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', false],
  [{}, 'darwin', false],
  [{}, 'win32', false],
] as const)('with %j on %s a virtual display is needed: %s', (environment, platform, needed) => {
  expect(needsVirtualDisplay(environment, platform)).toBe(needed)
})

describe.skipIf(process.platform === 'win32')('a virtual display', () => {
  let folder: string
  let launcher: ChildProcess | undefined

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'taskscope-display-'))
  })

  afterEach(() => {
    launcher?.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  /** A launcher with this script as its Xvfb; it lives until its stdin ends. */
  function launch(xvfb: string): { readonly said: () => string; readonly process: ChildProcess } {
    const program = join(folder, 'Xvfb')
    writeFileSync(program, `#!/bin/sh\n${xvfb}\n`)
    chmodSync(program, 0o755)
    const module = fileURLToPath(new URL('../../../electron/tools/set-up/virtual-display.mjs', import.meta.url))
    const code = `
      const { startVirtualDisplay } = await import(${JSON.stringify(module)})
      try { console.log('display', await startVirtualDisplay()) } catch (error) { console.log(error.message) }
      process.stdin.resume()`
    launcher = spawn(process.execPath, ['--input-type=module', '-e', code], {
      env: {
        ...process.env,
        PATH: `${folder}${delimiter}${process.env.PATH}`,
        ELECTRON_RUN_AS_NODE: '1',
        PIDS: folder,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let text = ''
    launcher.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    return { said: () => text, process: launcher }
  }

  /** What the shown display runs as. */
  const pid = (): number => Number(readFileSync(join(folder, 'pid'), 'utf8'))
  const serves = 'echo $$ > "$PIDS/pid"; echo 77 >&3; exec sleep 600'

  test.each(['SIGKILL', 'end'] as const)('ends with what started it, also on %s', async (how) => {
    const { said, process: started } = launch(serves)
    await vi.waitFor(() => expect(said()).toContain('display :77'), { timeout: 20_000 })
    expect(isOwnProcess(pid())).toBe(true)
    if (how === 'SIGKILL') started.kill('SIGKILL')
    else started.stdin?.end()
    await once(started, 'exit')
    await vi.waitFor(() => expect(isOwnProcess(pid())).toBe(false), { timeout: 20_000 })
  })

  test('that cannot start says what it was told', async () => {
    const { said } = launch('echo "no screen for you" >&2; exit 1')
    await vi.waitFor(() => expect(said()).toContain('did not start'), { timeout: 20_000 })
    expect(said()).toContain('no screen for you')
    expect(existsSync(join(folder, 'pid'))).toBe(false)
  })
})
