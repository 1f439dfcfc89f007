/** What a person chose of the export, and what is in force together with what the environment decides. */
import type { CommandResult, ExportSettings } from '../feed/app-commands.ts'
import type { ChosenExport } from '../model/chosen-export.ts'
import { type ResolvedExport, resolveExport } from '../telemetry/export-settings.ts'
import type { Environment } from '../telemetry/otel-environment.ts'

/** A choice, and what comes of it. */
export interface ReadChoice {
  readonly chosen: ChosenExport
  readonly resolved: ResolvedExport
}

export interface ExportChoice {
  /** The person's own, without what the environment decides meanwhile. */
  readonly chosen: ChosenExport
  /** What is in force. */
  readonly resolved: ResolvedExport
  /** What would be in force. */
  resolve(wanted: ChosenExport): ResolvedExport
  /** Reads what somebody gives who was shown `settings`. Nothing is in force before it is taken. */
  read(given: ChosenExport): CommandResult<ReadChoice>
  take(choice: ReadChoice): void
  /** As it is shown: with what the environment decides. */
  settings(): ExportSettings
}

export function createExportChoice(env: Environment, version: string): ExportChoice {
  const resolve = (wanted: ChosenExport) => resolveExport(wanted, env, { version })
  let chosen: ChosenExport = { endpoint: '', headers: {} }
  let resolved = resolve(chosen)
  let taken = false

  /** What a variable decides comes back from whoever was shown it; the person's own waits meanwhile, unchanged. */
  function besideEnvironment(given: ChosenExport): ChosenExport {
    if (!taken) return given
    const { decided, fromEnvironment } = resolved
    const shown = fromEnvironment !== undefined && given.endpoint === resolved.endpoint
    return {
      ...given,
      ...(shown && { endpoint: chosen.endpoint, headers: chosen.headers }),
      ...(decided.protocol !== undefined && { protocol: chosen.protocol }),
      ...(decided.compression !== undefined && { compression: chosen.compression }),
      ...(decided.metrics !== undefined && { metrics: chosen.metrics }),
    }
  }

  return {
    get chosen() {
      return chosen
    },
    get resolved() {
      return resolved
    },
    resolve,
    read(given) {
      const wanted = besideEnvironment(given)
      const next = resolve(wanted)
      const value = { chosen: wanted, resolved: next }
      if (next.fromEnvironment !== undefined) return { ok: true, value }
      const problem = next.problems[0]
      if (wanted.endpoint.trim() !== '' && next.endpoint === '') {
        return { ok: false, error: problem ?? 'the endpoint was not understood' }
      }
      const also = (wanted.also ?? []).filter(({ endpoint }) => endpoint.trim() !== '')
      if (also.length > next.also.length) return { ok: false, error: problem ?? 'an endpoint was not understood' }
      return { ok: true, value }
    },
    take(choice) {
      chosen = choice.chosen
      resolved = choice.resolved
      taken = true
    },
    settings() {
      const { decided, fromEnvironment, endpoint, protocol, compression, metrics } = resolved
      return {
        ...chosen,
        ...(fromEnvironment !== undefined && { endpoint, fromEnvironment }),
        ...(decided.protocol !== undefined && { protocol }),
        ...(decided.compression !== undefined && { compression }),
        ...(decided.metrics !== undefined && { metrics }),
        decided,
      }
    },
  }
}
