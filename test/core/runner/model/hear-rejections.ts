/** What a test hears of rejections that nobody handles, while it makes some on purpose. */

/** The test runner's own listeners would take a rejection that is meant for a failure. */
export function hearRejections(listener: (reason: unknown) => void): () => void {
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', listener)
  return () => {
    process.off('unhandledRejection', listener)
    for (const other of others) process.on('unhandledRejection', other)
  }
}
