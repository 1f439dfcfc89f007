/**
 * Carries controls to the source that owns their target, and notices when nobody answers. Who asked what is a fact
 * before anything happens; what becomes of it arrives as the source's own events.
 */
import type { Clock, Timers } from '../model/clock.ts'
import { type ControlRequest, noAnswerAfterMs } from '../model/control.ts'
import type { Dispose } from '../model/dispose.ts'
import type { OrderedEvent } from '../model/event.ts'
import { type ControlId, type SourceId, sourceId } from '../model/identity.ts'
import type { Source } from '../model/source.ts'
import { createEmit, type Emit } from '../model/stamp.ts'
import type { Registry } from './registry.ts'

/** The source of facts that only time causes. */
const clockSource = sourceId('clock')

export interface ControlRouterOptions {
  readonly registry: Registry
  /** Emits as the application itself. */
  readonly emit: Emit
  readonly clock: Clock
  readonly timers: Timers
  /** The emitter of `clockSource` when others share it; without one the router makes its own. */
  readonly clockEmit?: Emit
}

export interface ControlRouter {
  /** Routes controls of this source's nodes to it until disposed. Throws when the id is taken. */
  register(source: Source): Dispose
  /** Books the wish and hands it to the owner; refuses it when there is none. A repeated id is ignored. */
  control(request: ControlRequest): void
  /** Stops waiting for answers. */
  close(): void
}

export function createControlRouter(options: ControlRouterOptions): ControlRouter {
  const { registry, emit, timers } = options
  const emitTime = options.clockEmit ?? createEmit(clockSource, options.clock, (event) => registry.apply(event))
  const sources = new Map<SourceId, Source>()
  const unanswered = new Map<ControlId, Dispose>()

  function settle(id: ControlId): void {
    unanswered.get(id)?.()
    unanswered.delete(id)
  }

  function onEvent(event: OrderedEvent): void {
    if (event.kind === 'control.acknowledged' || event.kind === 'control.effective' || event.kind === 'control.refused')
      settle(event.control)
  }

  const stopObserving = registry.observe({ event: onEvent })

  function control(request: ControlRequest): void {
    if (registry.control(request.id) !== undefined) return
    emit({ kind: 'control.requested', request })
    const row = registry.row(request.target)
    const source = row && sources.get(row.source)
    if (source === undefined) {
      const reason = row === undefined ? 'there is no such task or node' : 'its source is gone, nobody can carry it out'
      emit({ kind: 'control.refused', control: request.id, reason })
      return
    }
    const disarm = timers.after(noAnswerAfterMs, () => {
      unanswered.delete(request.id)
      emitTime({ kind: 'control.noAnswer', control: request.id })
    })
    unanswered.set(request.id, disarm)
    source.control(request)
  }

  return {
    register(source) {
      if (sources.has(source.id)) throw new Error(`the source ${source.id} is registered already`)
      sources.set(source.id, source)
      return () => {
        if (sources.get(source.id) === source) sources.delete(source.id)
      }
    },
    control,
    close() {
      stopObserving()
      for (const disarm of unanswered.values()) disarm()
      unanswered.clear()
    },
  }
}
