/**
 * Reads a capture file in two passes: the first finds out whether it is one and when it began, the second hands its
 * lines on. A file that grows while it is read is read as far as it was at first.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { readCaptureLine } from '../wire/capture.ts'
import { numberAt } from '../wire/json-record.ts'
import { LineSplitter } from '../wire/line-splitter.ts'

/** Why a file cannot be opened as a capture, in one sentence. */
export class NoCapture extends Error {
  override name = 'NoCapture'
}

export interface CaptureFile {
  /** When its first line was written, milliseconds since the Unix epoch. */
  readonly startedAt: number
  /** Its lines in order, without line ends, some at a time, so that other work can go on in between. */
  lines(): AsyncIterable<readonly string[]>
}

/**
 * @param path absolute
 * @throws NoCapture when the file holds no line of a capture, and what the system says when it cannot be read
 */
export async function openCaptureFile(path: string): Promise<CaptureFile> {
  const { size, mtimeMs } = await stat(path)
  let lines = 0
  let readable = 0
  let saidAt: number | undefined
  let lastMs = 0
  for await (const batch of linesOf(path, size)) {
    for (const text of batch) {
      if (text.trim() === '') continue
      lines += 1
      const reading = readCaptureLine(text, lines, lastMs)
      if (!reading.ok) continue
      readable += 1
      lastMs = Math.max(lastMs, reading.line.tMs)
      if (reading.line.kind === 'meta') saidAt ??= numberAt(reading.line.fields, 'startedAt')
    }
    if (readable === 0 && lines > 100) break
  }
  if (readable === 0) throw new NoCapture(lines === 0 ? 'it is empty' : 'none of its lines is a line of a recording')
  // Without a date of its own, the file was last written when the recording ended.
  return { startedAt: saidAt ?? mtimeMs - lastMs, lines: () => linesOf(path, size) }
}

async function* linesOf(path: string, size: number): AsyncGenerator<readonly string[]> {
  if (size === 0) return
  const splitter = new LineSplitter()
  for await (const chunk of createReadStream(path, { end: size - 1 })) {
    yield splitter.push(chunk as Buffer).map(({ text }) => text)
  }
  const last = splitter.end()
  if (last !== undefined) yield [last.text]
}
