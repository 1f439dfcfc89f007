/** Counts per second from a running total that is read now and then. */
export interface Rate {
  /** @param total the running total. @param now milliseconds. @returns per second over the last whole reading of ≥ 1 s. */
  read(total: number, now: number): number
}

export function createRate(): Rate {
  let lastTotal = 0
  let lastAt: number | undefined
  let perSecond = 0
  return {
    read(total, now) {
      if (lastAt === undefined) {
        lastAt = now
        lastTotal = total
      } else if (now - lastAt >= 1000) {
        perSecond = Math.round(((total - lastTotal) * 1000) / (now - lastAt))
        lastAt = now
        lastTotal = total
      }
      return perSecond
    },
  }
}
