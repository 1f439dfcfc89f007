/**
 * Keeps a conversation on disk until an application has seen it: append-only segments in a folder of the shim's own,
 * readable by its owner only. When they reach the cap the oldest goes. A disk that fails ends the keeping, never the
 * conversation.
 */
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LineSplitter } from '../wire/line-splitter.ts'

const segmentBytes = 4 * 1024 * 1024
const maxSegments = 8
/** Lines that wait for the disk. */
const maxWaitingBytes = 16 * 1024 * 1024

interface Segment {
  readonly file: string
  readonly last: { seq: number }
}

export class Spool {
  readonly #folder: string
  readonly #first: string
  readonly #ready: Promise<boolean>
  #segments: Segment[] = []
  #stream: WriteStream | undefined
  #early: { readonly seq: number; readonly line: string }[] | undefined = []
  #written = 0
  #number = 0
  #broken = false

  /**
   * @param place resolves when the folder may be made; nothing is kept when it rejects
   * @param first the line with which each segment begins: who wrote it
   */
  constructor(folder: string, place: Promise<void>, first: string) {
    this.#folder = folder
    this.#first = first
    const made = place.then(() => mkdir(folder, { recursive: true, mode: 0o700 }))
    this.#ready = made.then(
      () => {
        const early = this.#early ?? []
        this.#early = undefined
        for (const { seq, line } of early) this.add(seq, line)
        return true
      },
      () => {
        this.#broken = true
        this.#early = undefined
        return false
      },
    )
  }

  /** Takes the next line, its line feed included. */
  add(seq: number, line: string): void {
    if (this.#broken) return
    if (this.#early !== undefined) {
      this.#early.push({ seq, line })
      return
    }
    const stream = this.#stream !== undefined && this.#written < segmentBytes ? this.#stream : this.#next()
    stream.write(line)
    this.#written += line.length
    const segment = this.#segments.at(-1)
    if (segment !== undefined) segment.last.seq = seq
    if (stream.writableLength > maxWaitingBytes) this.#broken = true
  }

  /** Gives the kept lines after `seq`, in order, as far as they had been added when it was called. */
  async *after(seq: number): AsyncGenerator<string> {
    if (!(await this.#ready)) return
    await this.#flushed()
    for (const { file, last } of [...this.#segments]) {
      if (last.seq <= seq) continue
      try {
        const splitter = new LineSplitter()
        let first = true
        for await (const chunk of createReadStream(file)) {
          for (const { text } of splitter.push(chunk as Buffer)) {
            if (!first) yield text
            first = false
          }
        }
      } catch {
        // It went while it was read, for the cap: what it held is lost, and the numbers of the lines say so.
      }
    }
  }

  /** Ends the keeping; with `seen` nothing is left behind. */
  async close(seen: boolean): Promise<void> {
    await this.#ready
    const stream = this.#stream
    this.#broken = true
    if (stream !== undefined && !stream.destroyed) await new Promise((resolve) => stream.end(() => resolve(undefined)))
    if (seen) await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined)
  }

  #flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stream === undefined || this.#stream.destroyed) resolve()
      else this.#stream.write('', () => resolve())
    })
  }

  #next(): WriteStream {
    this.#stream?.end()
    this.#number += 1
    const file = join(this.#folder, `${String(this.#number).padStart(6, '0')}.jsonl`)
    const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 })
    stream.on('error', () => {
      this.#broken = true
    })
    stream.write(this.#first)
    this.#stream = stream
    this.#written = 0
    this.#segments.push({ file, last: { seq: 0 } })
    const gone = this.#segments.length > maxSegments ? this.#segments.shift() : undefined
    if (gone !== undefined) void rm(gone.file, { force: true }).catch(() => undefined)
    return stream
  }
}
