/** Starting a server runs a program: asked once for each exact command while the application runs. */
import type { BrowserWindow } from 'electron'
import type { ServerLaunch } from '../core/model/server-target.ts'

export interface LaunchConsent {
  /** Whether the person lets this command run. */
  given(window: BrowserWindow, launch: ServerLaunch): Promise<boolean>
}

/** @param ask asks the person, without remembering */
export function createLaunchConsent(ask: LaunchConsent['given']): LaunchConsent {
  const trusted = new Set<string>()
  return {
    async given(window, launch) {
      const exact = exactly(launch)
      if (trusted.has(exact)) return true
      const agreed = await ask(window, launch)
      if (agreed) trusted.add(exact)
      return agreed
    },
  }
}

/** Everything that decides about what runs; the name that a person gave it does not. */
function exactly({ command, args, env, cwd }: ServerLaunch): string {
  const variables = Object.entries(env).sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([command, args, variables, cwd ?? null])
}
