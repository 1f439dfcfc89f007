/** Signals a process and what it has started: a launcher such as `npx` is only the parent of the server. */
import { readFileSync } from 'node:fs'

/** Processes that one server may have; a fork bomb is not followed. */
const maxProcesses = 500

/** @returns whether the process itself was there */
export function signalTree(pid: number, signal: NodeJS.Signals): boolean {
  const [root, ...below] = treeOf(pid)
  const there = root !== undefined && send(root, signal)
  for (const child of below) send(child, signal)
  return there
}

function treeOf(pid: number): readonly number[] {
  const tree = [pid]
  // Only Linux tells the children of a process without starting another one.
  if (process.platform !== 'linux') return tree
  for (let at = 0; at < tree.length && tree.length < maxProcesses; at += 1) tree.push(...childrenOf(tree[at] ?? pid))
  return tree
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text
      .split(' ')
      .filter((word) => word !== '')
      .map(Number)
  } catch {
    // It has ended meanwhile, or this kernel does not tell.
    return []
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    // It has ended.
    return false
  }
}
