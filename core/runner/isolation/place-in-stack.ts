/** Where code that was stopped in the middle stands, in a few words. */
import { basename } from 'node:path'
import type { StackFrame } from '../../model/stack.ts'

/** "m.ts:12, in tokenize". */
export function placeInStack(stack: readonly StackFrame[] | undefined): string {
  if (stack === undefined) return 'where it was, in a call that shows no stack'
  const [top] = stack
  if (top === undefined) return 'an await, armed'
  return top.file === undefined ? top.name : `${basename(top.file)}:${top.line ?? 0}, in ${top.name}`
}
