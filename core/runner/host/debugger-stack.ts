/** The call frames of a paused thread as a stack of ours. */
import type { StackFrame } from '../../model/stack.ts'

export const nameless = '(anonymous)'

export interface CallFrame {
  readonly functionName: string
  readonly location: {
    readonly scriptId: string
    readonly lineNumber: number
    readonly columnNumber?: number | undefined
  }
}

/**
 * @param urls of scripts by id: frames of modules carry no URL of their own.
 * @param evaluated URL of the script that only woke an idle thread; its frame is no code of anybody.
 */
export function toStack(
  frames: readonly CallFrame[],
  urls: ReadonlyMap<string, string>,
  evaluated: string,
): readonly StackFrame[] {
  return frames.flatMap((frame) => {
    const url = urls.get(frame.location.scriptId) ?? ''
    if (url === evaluated) return []
    return [
      {
        name: frame.functionName === '' ? nameless : frame.functionName,
        ...(url === '' ? {} : { file: url }),
        line: frame.location.lineNumber + 1,
        column: (frame.location.columnNumber ?? 0) + 1,
      },
    ]
  })
}

/**
 * Whether a stack ends in our own code, or in something that it has called. A function of the language, say a getter of
 * a `Map`, belongs to whose code has called it.
 * @param ownFolder URL of the folder of our own code.
 */
export function isOwnCode(stack: readonly StackFrame[], ownFolder: string): boolean {
  return stack.find(({ file }) => file !== undefined && !file.startsWith('node:'))?.file?.startsWith(ownFolder) === true
}

/**
 * Whether the innermost code is neither ours nor the runtime's, which may hold a message in its hands that nobody has
 * seen yet.
 * @param ownFolder URL of the folder of our own code.
 */
export function isTheirCode(stack: readonly StackFrame[], ownFolder: string): boolean {
  const file = stack.find((frame) => frame.file !== undefined)?.file
  return file !== undefined && !file.startsWith('node:') && !file.startsWith(ownFolder)
}

/** A text as a regular expression of the debugger. */
export function escapedPattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
