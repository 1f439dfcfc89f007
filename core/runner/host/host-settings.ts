/** What a host process is given to start with: places as arguments, the secret in its environment. */
import type { ProcessPauser } from '../process/process-pauser.ts'

const linkVariable = 'TASKSCOPE_LINK'

export interface HostSettings {
  /** Absolute path of the built watchdog entry. */
  readonly watchdog: string
  /** Absolute paths of what the worker thread and the process of one task are started with. */
  readonly thread: string
  readonly process: string
  /** Absolute path of the module, for sentences and lookups; what is imported arrives over the link. */
  readonly module: string
  readonly source: string
  /** By which means processes of single tasks are paused. */
  readonly pauser?: ProcessPauser
  readonly address: string
  readonly token: string
}

const argumentNames = ['watchdog', 'thread', 'process', 'module', 'source'] as const

/** The arguments that `readHostSettings` reads. */
export function hostArguments(settings: Omit<HostSettings, 'address' | 'token'>): readonly string[] {
  const given = argumentNames.map((name) => `--${name}=${settings[name]}`)
  return settings.pauser === undefined ? given : [...given, `--pauser=${settings.pauser}`]
}

/** The environment entry that carries what only this process may know. */
export function linkEnvironment(link: Pick<HostSettings, 'address' | 'token'>): Readonly<Record<string, string>> {
  return { [linkVariable]: JSON.stringify({ address: link.address, token: link.token }) }
}

/** Takes the secret out of `env`, so that no code of the module and no child process of it sees it. */
export function readLink(env: Record<string, string | undefined>): Pick<HostSettings, 'address' | 'token'> {
  const text = env[linkVariable]
  delete env[linkVariable]
  const link: unknown = text === undefined ? undefined : JSON.parse(text)
  if (typeof link !== 'object' || link === null || !('address' in link) || !('token' in link)) {
    throw new Error('a host is started by Taskscope, not by hand')
  }
  return { address: String(link.address), token: String(link.token) }
}

export function readHostSettings(args: readonly string[], env: Record<string, string | undefined>): HostSettings {
  return {
    ...readLink(env),
    watchdog: argument(args, 'watchdog'),
    thread: argument(args, 'thread'),
    process: argument(args, 'process'),
    module: argument(args, 'module'),
    source: argument(args, 'source'),
    pauser: args.includes('--pauser=debugger') ? 'debugger' : 'signal',
  }
}

function argument(args: readonly string[], name: string): string {
  const prefix = `--${name}=`
  const found = args.find((text) => text.startsWith(prefix))
  if (found === undefined) throw new Error(`a host needs ${prefix}…`)
  return found.slice(prefix.length)
}
