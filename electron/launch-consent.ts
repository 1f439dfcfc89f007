/** Starting a server runs a program: a person is asked the first time for each exact command. */
import { createHash } from 'node:crypto'
import type { BrowserWindow } from 'electron'
import type { ServerLaunch } from '../core/model/server-target.ts'

export interface LaunchConsent {
  /** Whether the person lets this command run. */
  given(window: BrowserWindow, launch: ServerLaunch): Promise<boolean>
}

/** Where it is kept what a person has agreed to; digests, since a command may hold secrets. */
export interface TrustedLaunches {
  get(): readonly string[]
  add(digest: string): void
}

/** @param ask asks the person, without remembering */
export function createLaunchConsent(ask: LaunchConsent['given'], trusted: TrustedLaunches): LaunchConsent {
  return {
    async given(window, launch) {
      const digest = digestOf(launch)
      if (trusted.get().includes(digest)) return true
      const agreed = await ask(window, launch)
      if (agreed) trusted.add(digest)
      return agreed
    },
  }
}

/** Of everything that decides about what runs; the name that a person gave it does not. */
function digestOf({ command, args, env, cwd }: ServerLaunch): string {
  const variables = Object.entries(env).sort(([one], [other]) => (one < other ? -1 : 1))
  const exact = JSON.stringify([command, args, variables, cwd ?? null])
  return createHash('sha256').update(exact).digest('hex')
}
