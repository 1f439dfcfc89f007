/** Whether this process lives and belongs to this user. A process id that went to somebody else's counts as dead. */
export function isOwnProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    // It is gone, or we may not signal it.
    return false
  }
}
