/**
 * The few numbers that a host's main thread and its watchdog share in memory, because neither may wait for the other:
 * the main thread asks for credit in the middle of a turn, and waits for its last words when it ends.
 */
const acknowledged = 0
const wantsCredit = 1
const flushed = 2
const turned = 3
const placeControls = 4

export interface SharedState {
  readonly buffer: SharedArrayBuffer
  /** How many of `sent` entries the owner has not applied yet. Counts wrap at 2^32; the difference does not mind. */
  unacknowledged(sent: number): number
  setAcknowledged(entries: number): void
  /** Set while starts wait, so the watchdog knows that credit is worth a message. */
  creditWanted(): boolean
  setCreditWanted(wanted: boolean): void
  /** The last question that the main thread has answered in a turn of its event loop. */
  turned(): number
  setTurned(question: number): void
  /** How many controls of tasks in places of their own are not settled. */
  placeControls(): number
  setPlaceControls(count: number): void
  setFlushed(): void
  /** Blocks this thread until `setFlushed` was called on the other, or `timeoutMs` passed. */
  waitFlushed(timeoutMs: number): void
}

export function createSharedState(buffer: SharedArrayBuffer = new SharedArrayBuffer(20)): SharedState {
  const cells = new Int32Array(buffer)
  return {
    buffer,
    unacknowledged: (sent) => (sent - Atomics.load(cells, acknowledged)) >>> 0,
    setAcknowledged: (entries) => void Atomics.store(cells, acknowledged, entries | 0),
    creditWanted: () => Atomics.load(cells, wantsCredit) === 1,
    setCreditWanted: (wanted) => void Atomics.store(cells, wantsCredit, wanted ? 1 : 0),
    turned: () => Atomics.load(cells, turned),
    setTurned: (question) => void Atomics.store(cells, turned, question),
    placeControls: () => Atomics.load(cells, placeControls),
    setPlaceControls: (count) => void Atomics.store(cells, placeControls, count),
    setFlushed() {
      Atomics.store(cells, flushed, 1)
      Atomics.notify(cells, flushed)
    },
    waitFlushed: (timeoutMs) => void Atomics.wait(cells, flushed, 0, timeoutMs),
  }
}
