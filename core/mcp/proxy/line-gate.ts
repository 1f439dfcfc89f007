import { LineSplitter, type WireLine } from '../wire/line-splitter.ts'
import { FrameGate, type Verdict } from './frame-gate.ts'

export interface LineGateOptions {
  readonly forward: (bytes: Uint8Array) => void
  /** Sees each line once, in order, also a last one without a line end. The verdict counts only while the gate is `filtering`. */
  readonly see: (line: WireLine) => Verdict
}

const lineFeed = 0x0a

/** One direction of a shim, where each frame is a line. */
export class LineGate extends FrameGate {
  constructor({ forward, see }: LineGateOptions) {
    const splitter = new LineSplitter()
    super({
      forward,
      look(bytes) {
        let verdict: Verdict = 'pass'
        for (const line of splitter.push(bytes)) verdict = see(line)
        return { verdict, whole: bytes[bytes.length - 1] === lineFeed }
      },
      ended() {
        const line = splitter.end()
        if (line !== undefined) see(line)
      },
    })
  }
}
