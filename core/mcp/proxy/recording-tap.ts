/** Turns the bytes that pass a shim into the lines of a capture file. */
import type { Clock } from '../../model/clock.ts'
import { CaptureWriter } from '../wire/capture-writer.ts'
import type { Direction } from '../wire/frame.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import { LineSplitter, type WireLine } from '../wire/line-splitter.ts'
import type { ShimExit, ShimTap } from './stdio-shim.ts'

export interface RecordingOptions {
  readonly clock: Clock
  readonly write: (line: string) => void
  readonly meta: JsonRecord
  /** Writes secrets too. */
  readonly raw: boolean
}

/** How much of a line that is no JSON is written down. */
const evidenceLength = 4096

export function createRecordingTap(options: RecordingOptions): ShimTap {
  const writer = new CaptureWriter(options)
  const fromClient = new LineSplitter()
  const fromServer = new LineSplitter()
  const stderr = new LineSplitter({ maxLineBytes: 64 * 1024 })

  function line(dir: Direction, { text, overlong, bytes }: WireLine): void {
    if (text.trim() === '') return
    if (overlong) {
      writer.side('rpc-unparsed', { dir, transport: 'stdio', text: text.slice(0, evidenceLength), bytes })
      return
    }
    let msg: unknown
    try {
      msg = JSON.parse(text)
    } catch {
      writer.side('rpc-unparsed', { dir, transport: 'stdio', text: text.slice(0, evidenceLength) })
      return
    }
    writer.frame({ dir, transport: 'stdio', msg })
  }
  function last(dir: Direction, splitter: LineSplitter): void {
    const rest = splitter.end()
    if (rest !== undefined) line(dir, rest)
  }

  return {
    fromClient: (chunk) => {
      for (const entry of fromClient.push(chunk)) line('c2s', entry)
    },
    fromServer: (chunk) => {
      for (const entry of fromServer.push(chunk)) line('s2c', entry)
    },
    stderr: (chunk) => {
      for (const { text } of stderr.push(chunk)) writer.side('stderr', { text })
    },
    clientEnded: () => {
      last('c2s', fromClient)
      writer.side('stdin-end', {})
    },
    signal: (sig) => {
      writer.side('signal', { sig })
    },
    exit: ({ code, signal }: ShimExit) => {
      last('s2c', fromServer)
      const words = stderr.end()
      if (words !== undefined) writer.side('stderr', { text: words.text })
      writer.side('exit', { code: code ?? null, sig: signal ?? null })
    },
  }
}
