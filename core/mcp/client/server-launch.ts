/** Which MCP server, and how it is reached. */

/** How to start an MCP server over stdio. */
export interface ServerLaunch {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Added to a short default environment. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string | undefined
  readonly era?: EraChoice | undefined
  readonly abilities?: ClientAbilities | undefined
}

/** Where an MCP server is reached over Streamable HTTP. */
export interface ServerAddress {
  readonly name: string
  /** http or https. */
  readonly url: string
  /** Sent with every request; they may hold secrets and are never shown or logged. */
  readonly headers: Readonly<Record<string, string>>
  readonly era?: EraChoice | undefined
  readonly abilities?: ClientAbilities | undefined
}

export type ServerTarget = ServerLaunch | ServerAddress

/** Which wire is spoken; legacy unless said otherwise. `probe` asks the server first, which it sees. */
export type EraChoice = 'legacy' | 'modern' | 'probe'

/** What a person is ready to answer beside elicitation. Servers change their tools by what is declared. */
export interface ClientAbilities {
  readonly sampling?: boolean | undefined
  readonly roots?: boolean | undefined
}

export function isAddress(target: ServerTarget): target is ServerAddress {
  return 'url' in target
}

/**
 * What a server needs of our environment to run at all. Everything else (tokens, keys, Node options) stays ours unless
 * the person gives it.
 */
const inherited: readonly string[] =
  process.platform === 'win32'
    ? [
        ...['APPDATA', 'HOMEDRIVE', 'HOMEPATH', 'LOCALAPPDATA', 'PATH', 'PATHEXT', 'PROCESSOR_ARCHITECTURE'],
        ...['PROGRAMFILES', 'SYSTEMDRIVE', 'SYSTEMROOT', 'TEMP', 'USERNAME', 'USERPROFILE'],
      ]
    : [
        ...['HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'USER'],
        // Which certificates this machine trusts is no secret, and without it nothing can be fetched behind a proxy.
        ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_DIR', 'SSL_CERT_FILE'],
      ]

export type Environment = Readonly<Record<string, string | undefined>>

/** The environment that a server gets: the short default one, with what the person gave on top. */
export function serverEnvironment(ours: Environment, given: Readonly<Record<string, string>>): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of inherited) {
    const value = ours[name]
    // A value that starts so is a shell function, which a shell would run.
    if (value !== undefined && !value.startsWith('()')) environment[name] = value
  }
  return { ...environment, ...given }
}

/** The command line as a person would type it. */
export function commandText(launch: ServerLaunch): string {
  return [launch.command, ...launch.args].map(quoted).join(' ')
}

function quoted(word: string): string {
  return word !== '' && /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)
}

/** An address as it may be shown: what follows the path may hold a secret. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url
  const { protocol, host, pathname, search } = new URL(url)
  return `${protocol}//${host}${pathname}${search === '' ? '' : '?…'}`
}
