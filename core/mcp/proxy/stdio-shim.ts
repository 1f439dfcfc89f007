/**
 * Stands between an MCP client and the stdio server that it launches. Guarantees: every byte passes unchanged, in
 * order and at once, in both directions and on stderr; the server gets the client's signals and the client the
 * server's exit; whoever watches can fail without disturbing either.
 */
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'

/** Sees a copy of what passes. What it throws ends the watching, never the passing. */
export interface ShimTap {
  fromClient(chunk: Uint8Array): void
  fromServer(chunk: Uint8Array): void
  stderr(chunk: Uint8Array): void
  clientEnded(): void
  signal(name: string): void
  exit(exit: ShimExit): void
}

export interface ShimExit {
  readonly code: number | undefined
  readonly signal: NodeJS.Signals | undefined
}

/** The client's side of the shim: our own streams, or a test's. */
export interface ShimStreams {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
}

export interface ShimOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly streams: ShimStreams
  readonly timers: Timers
  readonly tap?: ShimTap
  /** Told once when the tap had to be given up. */
  readonly tapFailed?: (error: unknown) => void
}

export interface Shim {
  /** How the server ended, after its last byte has been handed on. Rejects when it could not be started. */
  readonly done: Promise<ShimExit>
  /** Hands a signal of ours on to the server. */
  signal(name: NodeJS.Signals): void
}

/** What a server leaves behind may hold its pipes open; its own last bytes are waited for so long. */
const lastBytesMs = 500

export function startShim({ command, args, streams, timers, tap, tapFailed }: ShimOptions): Shim {
  // Not detached and with our whole environment: the server is to notice nothing.
  const server = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  let watching = tap
  function watch(see: (tap: ShimTap) => void): void {
    if (watching === undefined) return
    try {
      see(watching)
    } catch (error) {
      watching = undefined
      tapFailed?.(error)
    }
  }

  let chunks = 0
  pass(streams.stdin, server.stdin, (chunk) => watch((to) => to.fromClient(chunk)))
  pass(server.stdout, streams.stdout, (chunk) => {
    chunks += 1
    watch((to) => to.fromServer(chunk))
  })
  pass(server.stderr, streams.stderr, (chunk) => {
    chunks += 1
    watch((to) => to.stderr(chunk))
  })
  streams.stdin.once('end', () => {
    watch((to) => to.clientEnded())
    server.stdin.end()
  })

  const done = new Promise<ShimExit>((resolve, reject) => {
    let ended = false
    let dispose: Dispose = () => undefined
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      if (ended) return
      ended = true
      dispose()
      const exit = { code: code ?? undefined, signal: signal ?? undefined }
      watch((to) => to.exit(exit))
      streams.stdin.pause()
      void Promise.all([drained(streams.stdout), drained(streams.stderr)]).then(() => resolve(exit))
    }
    server.once('error', (error) => {
      if (server.pid === undefined) reject(error)
    })
    server.once('exit', (code, signal) => {
      // A slow client may still be taking what the server wrote; only silence shows that nothing more will come.
      const awaitSilence = (seen: number) => {
        dispose = timers.after(lastBytesMs, () => {
          const busy = chunks !== seen || server.stdout.isPaused() || server.stderr.isPaused()
          if (busy) awaitSilence(chunks)
          else end(code, signal)
        })
      }
      awaitSilence(chunks)
    })
    server.once('close', end)
  })

  return {
    done,
    signal(name) {
      watch((to) => to.signal(name))
      server.kill(name)
    },
  }
}

/** Hands on each chunk as it comes, holding the sender back while the receiver is behind; then shows it. */
function pass(from: Readable, to: Writable, show: (chunk: Uint8Array) => void): void {
  let broken = false
  // A receiver that has gone is seen by its end of the pipe; until then the sender must not block on it.
  to.on('error', () => {
    broken = true
    from.resume()
  })
  from.on('error', () => undefined)
  from.on('data', (chunk: Buffer) => {
    if (!broken && !to.write(chunk)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
    show(chunk)
  })
}

/** Resolves when everything written has been handed to the system, or cannot be any more. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve()
    else stream.write('', () => resolve())
  })
}
