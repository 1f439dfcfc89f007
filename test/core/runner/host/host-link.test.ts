import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHostLink, type LinkListener, SocketPathError } from '../../../../core/runner/host/host-link.ts'
import type { FromHost } from '../../../../core/runner/host/link-messages.ts'
import { encodeLine } from '../../../../core/system/line-framing.ts'
import { systemTimers } from '../../../../core/system/system-clock.ts'

let directory: string
const sockets: Socket[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'link-test-'))
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await rm(directory, { recursive: true, force: true })
})

interface Heard extends LinkListener {
  readonly pids: number[]
  readonly messages: FromHost[]
}

function listener(): Heard {
  const pids: number[] = []
  const messages: FromHost[] = []
  return {
    pids,
    messages,
    connected: (_connection, pid) => void pids.push(pid),
    message: (message) => void messages.push(message),
    closed: () => undefined,
  }
}

function dial(address: string): { readonly socket: Socket; readonly closed: Promise<void> } {
  const socket = connect(address)
  sockets.push(socket)
  socket.on('error', () => undefined)
  return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve())) }
}

function hello(token: string): string {
  return encodeLine({ type: 'hello', version: 1, token, pid: 42 })
}

describe('host link', () => {
  it('is open only while a host needs it, in a folder that only its owner can enter', async () => {
    const link = createHostLink({ timers: systemTimers, directory })
    expect(await readdir(directory)).toEqual([])
    const first = await link.reserve(listener())
    const second = await link.reserve(listener())
    expect(second.address).toBe(first.address)
    expect((await stat(dirname(first.address))).mode & 0o777).toBe(0o700)
    await first.release()
    expect(await readdir(directory)).toHaveLength(1)
    dial(first.address)
    await second.release()
    expect(await readdir(directory)).toEqual([])
  })

  it('hears a host that shows its token, once', async () => {
    const link = createHostLink({ timers: systemTimers, directory })
    const heard = listener()
    const seat = await link.reserve(heard)
    dial(seat.address).socket.write(hello(seat.token) + encodeLine({ type: 'loaded', tasks: [] }))
    await vi.waitFor(() => expect(heard.messages).toEqual([{ type: 'loaded', tasks: [] }]))
    const again = dial(seat.address)
    again.socket.write(hello(seat.token))
    await again.closed
    expect(heard.pids).toEqual([42])
    await seat.release()
  })

  it.each([
    ['a token that nobody gave', hello('guess')],
    ['no greeting at all', encodeLine({ type: 'loaded', tasks: [] })],
    ['garbage', 'GET / HTTP/1.1\r\n\r\n'],
    ['a greeting without end', 'x'.repeat(300_000)],
  ])('hangs up on %s without a word', async (_what, sent) => {
    const link = createHostLink({ timers: systemTimers, directory })
    const heard = listener()
    const seat = await link.reserve(heard)
    const caller = dial(seat.address)
    const answered = vi.fn()
    caller.socket.on('data', answered)
    caller.socket.write(sent)
    await caller.closed
    expect(heard.pids).toEqual([])
    expect(answered).not.toHaveBeenCalled()
    await seat.release()
  })

  it('says so when the folder is too deep for a socket', async () => {
    const deep = join(directory, 'd'.repeat(100))
    await mkdir(deep)
    const link = createHostLink({ timers: systemTimers, directory: deep })
    await expect(link.reserve(listener())).rejects.toThrow(SocketPathError)
    expect(await readdir(deep)).toEqual([])
  })
})
