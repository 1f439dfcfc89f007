import { expect, test } from 'vitest'
import type { StackFrame } from '../../../../core/model/stack.ts'
import { isOwnCode, isTheirCode } from '../../../../core/runner/host/debugger-stack.ts'

const own = 'file:///taskscope/'
const frame = (file?: string): StackFrame => ({ name: 'f', line: 1, column: 1, ...(file !== undefined && { file }) })
const ours = frame(`${own}host.mjs`)
const theirs = frame('file:///project/m.mjs')
const runtime = frame('node:internal/per_context/messageport')
const language = frame()

test.each([
  ['the module, called by us', [theirs, ours], true],
  ['something of the language, called by the module', [language, theirs, ours], true],
  ['us, called by the module', [ours, theirs, ours], false],
  ['the runtime, called by the module', [runtime, theirs, ours], false],
  ['the runtime alone, which may be about to hand us a message', [runtime], false],
  ['nothing', [], false],
])('a thread may be visited while it runs the code of a module and nothing else: %s', (_what, stack, may) => {
  expect(isTheirCode(stack, own)).toBe(may)
})

test.each([
  ['us', [ours, theirs], true],
  ['something of the language or the runtime, called by us', [language, runtime, ours], true],
  ['the module, called by us', [theirs, ours], false],
  ['nothing', [], false],
])('a stack is our own when its innermost code that has a file is: %s', (_what, stack, is) => {
  expect(isOwnCode(stack, own)).toBe(is)
})
