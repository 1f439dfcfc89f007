/** Reads what shims have left behind that met no application, each once: what was read is removed. */
import { createReadStream } from 'node:fs'
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isOwnProcess } from '../../system/own-process.ts'
import { isRecord, type JsonRecord } from '../wire/json-record.ts'
import { LineSplitter } from '../wire/line-splitter.ts'
import { readHello, type ShimHello } from './shim-messages.ts'

export interface LeftBehind {
  readonly hello: ShimHello
  readonly lines: AsyncIterable<JsonRecord>
}

/** Conversations that are picked up; older ones are only removed. */
const maxPickedUp = 20

/** Conversations whose shim has ended, oldest first. A folder that is not ours, or cannot be read, is left alone. */
export async function* leftBehind(spool: string): AsyncGenerator<LeftBehind> {
  const found: { readonly folder: string; readonly hello: ShimHello; readonly files: readonly string[] }[] = []
  for (const name of await listed(spool)) {
    const folder = join(spool, name)
    const files = (await listed(folder)).filter((file) => file.endsWith('.jsonl')).sort()
    const [first] = files
    const hello = first === undefined ? undefined : await readFirst(join(folder, first))
    if (hello === undefined || hello.id !== name || isOwnProcess(hello.pid)) continue
    found.push({ folder, hello, files: files.map((file) => join(folder, file)) })
  }
  found.sort((one, other) => one.hello.startedAt - other.hello.startedAt)
  const surplus = found.length - maxPickedUp
  for (const [index, { folder, hello, files }] of found.entries()) {
    if (index >= surplus) yield { hello, lines: readLines(files) }
    await rm(folder, { recursive: true, force: true })
  }
}

async function* readLines(files: readonly string[]): AsyncGenerator<JsonRecord> {
  for (const file of files) {
    const splitter = new LineSplitter()
    for await (const chunk of createReadStream(file)) {
      for (const { text } of splitter.push(chunk as Buffer)) {
        const value = parse(text)
        if (value !== undefined) yield value
      }
    }
  }
}

async function readFirst(file: string): Promise<ShimHello | undefined> {
  if (process.platform !== 'win32' && (await lstat(file)).uid !== process.getuid?.()) return undefined
  const splitter = new LineSplitter()
  for await (const chunk of createReadStream(file)) {
    const [line] = splitter.push(chunk as Buffer)
    if (line !== undefined) return readHello(parse(line.text))
  }
  return undefined
}

async function listed(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch {
    // Nothing was ever spooled there.
    return []
  }
}

function parse(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    // A line that a killed shim has cut.
    return undefined
  }
}
