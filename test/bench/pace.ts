/**
 * Calls `send` for each of `count` numbers at a steady rate, and sleeps between, as the peers of a proxy do: one that spins
 * takes a whole core from the proxy, whose compiler threads then wait for a tick of the system's clock (4 ms at 250 Hz).
 */
export async function atPace(count: number, perMs: number, send: (id: number) => void): Promise<void> {
  const begun = performance.now()
  for (let id = 0; id < count; ) {
    const due = Math.min(count, Math.ceil((performance.now() - begun) * perMs))
    while (id < due) send(id++)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
