/** Bodies of HTTP responses, read with a bound, and their failures in words. */
import { defaultMaxLineBytes, type WireLine } from '../wire/line-splitter.ts'
import { type SseEvent, SseSplitter } from '../wire/sse.ts'

/** The whole body as text. Throws when it is longer than a message may be. */
export async function bodyText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  const parts: string[] = []
  let bytes = 0
  for await (const chunk of chunksOf(response)) {
    bytes += chunk.length
    if (bytes > defaultMaxLineBytes) throw new Error('the answer is longer than allowed')
    parts.push(decoder.decode(chunk, { stream: true }))
  }
  return parts.join('') + decoder.decode()
}

/** The events of a stream, until it ends. Throws when it breaks. */
export async function* eventsOf(response: Response): AsyncGenerator<SseEvent> {
  const splitter = new SseSplitter()
  for await (const chunk of chunksOf(response)) yield* splitter.push(chunk)
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    // Whoever stops reading does not want the rest; a stream that broke has none.
    await reader.cancel().catch(() => undefined)
  }
}

/** Something that is no message, as evidence. */
export function garbageLine(text: string): WireLine {
  return { text, bytes: text.length, overlong: false }
}

/** Why a request failed: Node hides the reason in the cause. */
export function failureText(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  if (code === 'ECONNREFUSED') return 'nobody listens there (ECONNREFUSED)'
  if (cause instanceof Error && cause.message !== '') return cause.message
  return error instanceof Error ? error.message : String(error)
}
