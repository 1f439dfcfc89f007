import { FrameGate, type Verdict } from './frame-gate.ts'

export interface EventGateOptions {
  readonly forward: (bytes: Uint8Array) => void
  /** Sees every byte once, in order. The verdict counts when the bytes end an event and the gate is `filtering`. */
  readonly see: (bytes: Uint8Array) => Verdict
  readonly filtering: boolean
}

/** The longest two line ends that an event can end with. */
const endBytes = 4

/** A stream of events of an HTTP proxy, where each frame is an event with its fields and comments. */
export class EventGate extends FrameGate {
  constructor({ forward, see, filtering }: EventGateOptions) {
    // A stream begins as if after an event.
    let tail = '\n\n'
    const endsEvent = (bytes: Uint8Array) => {
      const last = Buffer.from(bytes.subarray(Math.max(0, bytes.length - endBytes))).toString('latin1')
      tail = `${tail}${last}`.slice(-endBytes)
      return /\n\n$/.test(tail.replaceAll('\r\n', '\n').replaceAll('\r', '\n'))
    }
    super({ forward, look: (bytes) => ({ verdict: see(bytes), whole: endsEvent(bytes) }) }, filtering)
  }
}
