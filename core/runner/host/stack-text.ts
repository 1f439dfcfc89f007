/** A few words about where a host's main thread is. */
import { basename } from 'node:path'
import type { StackFrame } from '../../model/stack.ts'

const namedTasks = 3

/** The innermost place: "in tokenize at tokenize.ts:87"; without a stack nothing of the module was running. */
export function placeText(stack: readonly StackFrame[]): string {
  const [top] = stack
  if (top === undefined) return 'idle, no code was running'
  const place = top.file === undefined ? '' : ` at ${basename(top.file)}:${top.line ?? 0}`
  return `in ${top.name}${place}`
}

/** What a stop of the main thread stops, and that the rest goes on: "1 task: crawl; 2 in places of their own go on". */
export function stoppedText({
  names,
  elsewhere,
}: {
  readonly names: readonly string[]
  readonly elsewhere: number
}): string {
  if (elsewhere === 0) return tasksText(names)
  return `${tasksText(names)}; ${elsewhere} in ${elsewhere === 1 ? 'a place of its own goes' : 'places of their own go'} on`
}

/** "3 tasks: crawl, index, tokenize"; beyond three the rest is counted. */
export function tasksText(names: readonly string[]): string {
  if (names.length === 0) return 'no tasks'
  const more = names.length > namedTasks ? ` and ${names.length - namedTasks} more` : ''
  return `${names.length} ${names.length === 1 ? 'task' : 'tasks'}: ${names.slice(0, namedTasks).join(', ')}${more}`
}
