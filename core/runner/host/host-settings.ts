/** What a host process is given to start with: places as arguments, the secret in its environment. */
export const linkVariable = 'TASKSCOPE_LINK'

export interface HostSettings {
  /** Absolute path of the built watchdog entry. */
  readonly watchdog: string
  /** Absolute path of the module, for sentences and lookups; what is imported arrives over the link. */
  readonly module: string
  readonly source: string
  readonly address: string
  readonly token: string
}

/** The arguments that `readHostSettings` reads. */
export function hostArguments(settings: Pick<HostSettings, 'watchdog' | 'module' | 'source'>): readonly string[] {
  return [`--watchdog=${settings.watchdog}`, `--module=${settings.module}`, `--source=${settings.source}`]
}

/** The environment entry that carries what only this process may know. */
export function linkEnvironment(link: Pick<HostSettings, 'address' | 'token'>): Readonly<Record<string, string>> {
  return { [linkVariable]: JSON.stringify({ address: link.address, token: link.token }) }
}

/** Takes the secret out of `env`, so that no code of the module and no child process of it sees it. */
export function readHostSettings(args: readonly string[], env: Record<string, string | undefined>): HostSettings {
  const text = env[linkVariable]
  delete env[linkVariable]
  const link: unknown = text === undefined ? undefined : JSON.parse(text)
  if (typeof link !== 'object' || link === null || !('address' in link) || !('token' in link)) {
    throw new Error('a host is started by Taskscope, not by hand')
  }
  return {
    watchdog: argument(args, 'watchdog'),
    module: argument(args, 'module'),
    source: argument(args, 'source'),
    address: String(link.address),
    token: String(link.token),
  }
}

function argument(args: readonly string[], name: string): string {
  const prefix = `--${name}=`
  const found = args.find((text) => text.startsWith(prefix))
  if (found === undefined) throw new Error(`a host needs ${prefix}…`)
  return found.slice(prefix.length)
}
