/**
 * Splits a typed command line into arguments as a POSIX shell would, and writes arguments back the same way.
 * It expands nothing: no variables, no globs, no substitution. What is shown is what will be run.
 */

export type CommandLineReading =
  | { readonly ok: true; readonly args: readonly string[] }
  | { readonly ok: false; readonly problem: string }

/** Blanks and line ends part arguments; quotes and backslashes keep them together. */
export function splitCommandLine(text: string): CommandLineReading {
  const args: string[] = []
  let current: string | undefined
  let quote: "'" | '"' | undefined
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (quote === "'") {
      if (character === "'") quote = undefined
      else current = (current ?? '') + character
    } else if (character === '\\') {
      index += 1
      if (index >= text.length) return { ok: false, problem: 'a backslash at the end escapes nothing' }
      const next = text.charAt(index)
      // Within double quotes a backslash only escapes these four; elsewhere it stands for itself.
      const literal = quote === '"' && !['"', '\\', '$', '`'].includes(next)
      if (next !== '\n') current = (current ?? '') + (literal ? character : '') + next
    } else if (quote === '"') {
      if (character === '"') quote = undefined
      else current = (current ?? '') + character
    } else if (character === "'" || character === '"') {
      quote = character
      current ??= ''
    } else if (/\s/.test(character)) {
      if (current !== undefined) args.push(current)
      current = undefined
    } else {
      current = (current ?? '') + character
    }
  }
  if (quote !== undefined) return { ok: false, problem: `a quote ${quote} is never closed` }
  if (current !== undefined) args.push(current)
  return { ok: true, args }
}

/** Arguments as one line that `splitCommandLine` reads back unchanged. */
export function joinCommandLine(args: readonly string[]): string {
  return args.map(quoted).join(' ')
}

function quoted(arg: string): string {
  if (arg !== '' && /^[A-Za-z0-9_@%+=:,./-]+$/.test(arg)) return arg
  return `'${arg.replaceAll("'", `'\\''`)}'`
}
