/**
 * Stands between an MCP client and the stdio server that it launches. Guarantees: every byte passes unchanged, in
 * order and at once, in both directions and on stderr; the server gets the client's signals and the client the
 * server's exit; whoever watches can fail without disturbing either.
 */
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { WireLine } from '../wire/line-splitter.ts'
import type { Verdict } from './frame-gate.ts'
import type { WireEnd } from './held-frames.ts'
import { LineGate } from './line-gate.ts'

/** Sees what passes, line by line. What it throws ends the watching, never the passing. */
export interface ShimWatcher {
  /** Handed the wires once, before anything passes. */
  attach(wires: ShimWires): void
  /** A whole line and where it came from. The verdict counts only while that side is filtered. */
  line(from: WireEnd, line: WireLine): Verdict
  stderr(chunk: Uint8Array): void
  clientEnded(): void
  signal(name: string): void
  exit(exit: ShimExit): void
  /** It has thrown and is asked nothing more; what it holds back is to go on. */
  abandon(): void
}

/** What a watcher may do to the wires. Nothing of it happens unless a person asked. */
export interface ShimWires {
  /** Hands on what was taken out of a wire. */
  forward(to: WireEnd, bytes: Uint8Array): void
  /** Puts a whole line of ours into the server's input, between two lines of the client. */
  insert(line: Uint8Array): void
  /** Whether lines from this side wait for their verdict. */
  filter(from: WireEnd, filtering: boolean): void
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
  readonly watcher?: ShimWatcher
  /** Told once when the watching had to be given up. */
  readonly watchFailed?: (error: unknown) => void
}

export interface Shim {
  /** How the server ended, after its last byte has been handed on. Rejects when it could not be started. */
  readonly done: Promise<ShimExit>
  /** The server's process; absent when it could not be started. */
  readonly pid: number | undefined
  /** Hands a signal of ours on to the server. */
  signal(name: NodeJS.Signals): void
}

/** What a server leaves behind may hold its pipes open; its own last bytes are waited for so long. */
const lastBytesMs = 500

export function startShim({ command, args, streams, timers, watcher, watchFailed }: ShimOptions): Shim {
  // Not detached and with our whole environment: the server is to notice nothing.
  const server = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  let watching = watcher
  function watch<T>(see: (watching: ShimWatcher) => T): T | undefined {
    if (watching === undefined) return undefined
    try {
      return see(watching)
    } catch (error) {
      const failed = watching
      watching = undefined
      failed.abandon()
      for (const gate of Object.values(gates)) gate.filtering = false
      watchFailed?.(error)
      return undefined
    }
  }
  const outlets = { client: outlet(server.stdout, streams.stdout), server: outlet(streams.stdin, server.stdin) }
  const gates: Readonly<Record<WireEnd, LineGate>> = {
    client: new LineGate({ forward: outlets.server, see: (line) => watch((to) => to.line('client', line)) ?? 'pass' }),
    server: new LineGate({ forward: outlets.client, see: (line) => watch((to) => to.line('server', line)) ?? 'pass' }),
  }
  watcher?.attach({
    forward: (to, bytes) => gates[to === 'server' ? 'client' : 'server'].insert(bytes),
    insert: (line) => gates.client.insert(line),
    filter(from, filtering) {
      gates[from].filtering = filtering
    },
  })

  let chunks = 0
  const toStderr = outlet(server.stderr, streams.stderr)
  streams.stdin.on('data', (chunk: Buffer) => gates.client.push(chunk))
  server.stdout.on('data', (chunk: Buffer) => {
    chunks += 1
    gates.server.push(chunk)
  })
  server.stderr.on('data', (chunk: Buffer) => {
    chunks += 1
    toStderr(chunk)
    watch((to) => to.stderr(chunk))
  })
  streams.stdin.once('end', () => {
    gates.client.end()
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
      gates.server.end()
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
    pid: server.pid,
    signal(name) {
      watch((to) => to.signal(name))
      server.kill(name)
    },
  }
}

/** Where one stream is handed on; its sender is held back while the receiver is behind. */
function outlet(from: Readable, to: Writable): (bytes: Uint8Array) => void {
  let broken = false
  // A receiver that has gone is seen by its end of the pipe; until then the sender must not block on it.
  to.on('error', () => {
    broken = true
    from.resume()
  })
  from.on('error', () => undefined)
  return (bytes) => {
    if (broken || to.write(bytes)) return
    if (from.isPaused()) return
    from.pause()
    to.once('drain', () => from.resume())
  }
}

/** Resolves when everything written has been handed to the system, or cannot be any more. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve()
    else stream.write('', () => resolve())
  })
}
