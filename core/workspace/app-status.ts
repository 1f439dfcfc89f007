/** The state of the whole program in the few figures that a viewer shows all the time. */
import type { AppStatus } from '../feed/app-status.ts'
import type { Clock } from '../model/clock.ts'
import type { Registry } from '../registry/registry.ts'
import { createRate } from './rate.ts'
import type { Telemetry } from './telemetry.ts'

export interface AppStatusOptions {
  readonly registry: Registry
  readonly telemetry: Pick<Telemetry, 'exporter' | 'receiving'>
  readonly clock: Clock
}

export function createAppStatus({ registry, telemetry, clock }: AppStatusOptions): () => AppStatus {
  const { exporter, receiving } = telemetry
  const rate = createRate()

  /** Nothing while there is nothing to tell. */
  function receivingStatus(): Pick<AppStatus, 'receive'> {
    const receive = receiving.status()
    return receive.light === 'off' && receive.received === 0 ? {} : { receive }
  }

  return () => {
    const { applied, lost, folded, forgotten } = registry.counters()
    const destinations = exporter.destinations()
    return {
      updatesPerSecond: rate.read(applied, clock.now()),
      lost,
      folded,
      forgotten,
      openSpans: exporter.openSpans(),
      export: exporter.health(),
      ...(destinations.length > 1 && { destinations }),
      ...receivingStatus(),
    }
  }
}
