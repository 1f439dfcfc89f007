/** Reads the frames of a stack that came as text, so that they can be opened in the editor. */
import type { StackFrame } from '../../core/model/stack.ts'

/** One line of an error's stack: a frame, or any other line as it is. */
export type StackLine = { readonly frame: StackFrame } | { readonly text: string }

const inParentheses = /^\s*at (?<name>.*?) \((?<place>.*)\)$/
const bare = /^\s*at (?:async )?(?<place>\S.*)$/
const withPosition = /^(?<file>.*?):(?<line>\d+):(?<column>\d+)$/

/** The lines below the message. V8's form; what does not fit stays text. */
export function stackLines(stack: string): readonly StackLine[] {
  const lines = stack.split('\n')
  const first = lines.findIndex((line) => /^\s+at /.test(line))
  return (first < 0 ? [] : lines.slice(first)).filter((line) => line.trim() !== '').map(readLine)
}

function readLine(line: string): StackLine {
  const match = inParentheses.exec(line) ?? bare.exec(line)
  const place = match?.groups?.place
  const position = place === undefined ? undefined : withPosition.exec(place)?.groups
  if (position?.file === undefined || position.line === undefined || position.column === undefined) {
    return { text: line.trim() }
  }
  return {
    frame: {
      name: match?.groups?.name ?? 'anonymous',
      file: fileOf(position.file),
      line: Number(position.line),
      column: Number(position.column),
    },
  }
}

function fileOf(text: string): string {
  if (!text.startsWith('file://')) return text
  try {
    return decodeURIComponent(new URL(text).pathname)
  } catch {
    return text
  }
}
