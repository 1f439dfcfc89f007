/** What a launched server gets of us, and how a server is named without its secrets. */
import type { ServerLaunch } from '../../model/server-target.ts'

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
