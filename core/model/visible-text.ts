/**
 * Makes text from outside safe to read: characters that reorder, hide or control other text come out as escapes that
 * a person can see. It guarantees that nothing a task or server wrote can change how its neighbours read.
 */

/** A stretch of text; `hidden` marks an escape that stands for characters nobody would see. */
export interface TextSegment {
  readonly text: string
  readonly hidden: boolean
}

// Bidi marks and embeddings, zero-width and other invisible format characters, C0 except tab and line feed, C1,
// lone surrogates (they cannot be written to the clipboard whole) and the interlinear and tag characters.
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu

/** Tells visible text and escapes apart. Tab and line feed stay; a carriage return before a line feed is dropped. */
export function visibleSegments(text: string): readonly TextSegment[] {
  const clean = text.replaceAll('\r\n', '\n')
  const segments: TextSegment[] = []
  let from = 0
  for (const match of clean.matchAll(invisible)) {
    if (match.index > from) segments.push({ text: clean.slice(from, match.index), hidden: false })
    const shown = escapeOf(match[0])
    const last = segments.at(-1)
    if (last?.hidden && match.index === from) {
      segments[segments.length - 1] = { text: last.text + shown, hidden: true }
    } else {
      segments.push({ text: shown, hidden: true })
    }
    from = match.index + match[0].length
  }
  if (from < clean.length) segments.push({ text: clean.slice(from), hidden: false })
  return segments
}

/** The same as one plain text, e.g. for a title, a copy or a canvas. */
export function visibleText(text: string): string {
  return visibleSegments(text)
    .map((segment) => segment.text)
    .join('')
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\u{${code.toString(16)}}`
}
