/** Carries out what the application asks of a proxy, and takes all of it back when the application goes. */
import { signalTree } from './process-tree.ts'
import type { FromShim, ShimOrder } from './shim-messages.ts'
import type { WireControls } from './wire-controls.ts'

export interface ShimOrdersOptions {
  readonly wire: WireControls
  /** The server's process, where the proxy has started it. */
  readonly serverPid: () => number | undefined
  readonly tell: (message: FromShim) => void
}

export class ShimOrders {
  readonly #options: ShimOrdersOptions
  #frozen = false

  constructor(options: ShimOrdersOptions) {
    this.#options = options
  }

  carryOut(order: ShimOrder): void {
    const { wire, tell } = this.#options
    const { control } = order
    const done = (text: string) => tell({ type: 'done', control, text })
    const refused = (text: string) => tell({ type: 'refused', control, text })
    switch (order.do) {
      case 'hold': {
        const refusal = wire.hold(order.task)
        if (refusal === undefined) done('its frames wait here')
        else refused(refusal)
        return
      }
      case 'release':
        wire.release(order.task)
        done('its frames pass again')
        return
      case 'step':
        if (wire.step(order.task)) done('one frame has passed')
        else refused('no frame of it is waiting')
        return
      case 'inject': {
        const id = wire.inject(order.method, order.params, (end) => {
          if (end.ok) done(`${order.method} was answered`)
          else refused(`${order.method} was refused: ${end.error}`)
        })
        tell({ type: 'taken', control, text: `${order.method} sent as ${id}` })
        return
      }
      case 'signal': {
        const pid = this.#options.serverPid()
        if (pid === undefined || !signalTree(pid, order.signal)) {
          refused('the server does not run')
          return
        }
        this.#frozen = order.signal === 'SIGSTOP'
        done(effects[order.signal])
        return
      }
    }
  }

  /** Nobody is there any more who could let go of what is held. */
  takeBack(): void {
    const { wire, serverPid } = this.#options
    wire.releaseAll('the application has gone')
    const pid = serverPid()
    if (this.#frozen && pid !== undefined) signalTree(pid, 'SIGCONT')
    this.#frozen = false
  }
}

const effects = {
  SIGSTOP: 'the server stands still',
  SIGCONT: 'the server goes on',
  SIGKILL: 'the server was killed',
} as const
