/**
 * What a shim knows of the conversation that passes it: which line belongs to which task, what of it is held, which
 * answers are ours. It decides the verdict of each line; without a person's wish every verdict is to pass.
 */
import { FrameOwners } from '../analyze/frame-owners.ts'
import type { Direction } from '../wire/frame.ts'
import { parseMessages } from '../wire/json-record.ts'
import type { WireLine } from '../wire/line-splitter.ts'
import { type RpcMessage, readRpcValue, writeRpcLine } from '../wire/rpc-message.ts'
import type { Verdict } from './frame-gate.ts'
import type { WireEnd } from './held-frames.ts'
import { type HoldingOptions, HoldingWatch } from './holding-watch.ts'
import { Injections } from './injections.ts'
import type { RecordingTap } from './recording-tap.ts'
import type { ShimExit, ShimWatcher, ShimWires } from './stdio-shim.ts'
import { endOf, type InjectionEnd, type WireControls } from './wire-controls.ts'

export interface WireWatchOptions extends HoldingOptions {
  readonly tap: RecordingTap
}

export class WireWatch extends HoldingWatch implements ShimWatcher, WireControls {
  readonly #tap: RecordingTap
  readonly #owners = new FrameOwners()
  readonly #injections = new Injections<(end: InjectionEnd) => void>()
  #wires: ShimWires | undefined

  constructor(options: WireWatchOptions) {
    super(options)
    this.#tap = options.tap
  }

  /** The shim hands over its wires once, before anything passes. */
  attach(wires: ShimWires): void {
    this.#wires = wires
  }

  line(from: WireEnd, line: WireLine): Verdict {
    const dir = from === 'client' ? 'c2s' : 's2c'
    const value = line.overlong ? undefined : parseMessages(line.text)
    if (value === undefined) {
      if (line.text.trim() !== '') this.#tap.unparsed(dir, line)
      return 'pass'
    }
    const reading = readRpcValue(value)
    const [message, ...more] = reading.ok ? reading.messages : []
    if (message === undefined || more.length > 0) {
      for (const each of more) this.#owners.see(dir, each)
      this.#tap.message(dir, value)
      return 'pass'
    }
    return this.#judge(dir, message, value)
  }

  stderr(chunk: Uint8Array): void {
    this.#tap.stderr(chunk)
  }

  clientEnded(): void {
    this.releaseAll('the client has ended')
    this.#tap.clientEnded()
  }

  signal(name: string): void {
    this.#tap.signal(name)
  }

  exit(exit: ShimExit): void {
    this.#tap.exit(exit)
    this.releaseAll('the server has ended')
    this.held.close()
  }

  abandon(): void {
    this.held.releaseAll('the watching was given up')
  }

  inject(method: string, params: Readonly<Record<string, unknown>>, ended: (end: InjectionEnd) => void): string {
    const request = this.#injections.make(method, params, ended)
    // The answer must not pass before it is looked at.
    this.setFilters()
    this.#tap.message('dbg2s', { jsonrpc: '2.0', ...request })
    this.#wires?.insert(Buffer.from(writeRpcLine(request)))
    return request.id
  }

  #judge(dir: Direction, message: RpcMessage, value: unknown): Verdict {
    if (dir === 'c2s') this.#injections.seeClient(message)
    else if (this.#injections.waiting) {
      const ended = this.#injections.takeAnswer(message)
      if (ended !== undefined) {
        this.#tap.message('s2dbg', value)
        this.setFilters()
        ended(endOf(message))
        return 'drop'
      }
    }
    const task = this.#owners.see(dir, message)
    this.#tap.message(dir, value)
    if (task === undefined || !this.held.holds(task)) return 'pass'
    const to = dir === 'c2s' ? 'server' : 'client'
    return (bytes) => {
      this.held.keep(task, bytes, (held) => this.#wires?.forward(to, held))
      this.setFilters()
    }
  }

  protected override setFilters(): void {
    const { holding } = this.held
    this.#wires?.filter('client', holding)
    this.#wires?.filter('server', holding || this.#injections.waiting)
  }
}
