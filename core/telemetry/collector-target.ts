/** An endpoint and its headers, as they are used and as they may be shown. Header values stay in here. */
import type { CollectorAnswer } from './collector-answer.ts'
import { excerpt } from './collector-answer.ts'

export interface CollectorTarget {
  readonly url: URL
  readonly host: string
  /** Without credentials and query. */
  readonly shown: string
  readonly headers: Headers
  /** A collector that echoes the request must not bring a secret onto the screen. */
  hideSecrets(answer: CollectorAnswer): CollectorAnswer
}

/** The parts of a usable endpoint, or one sentence why it is not usable. */
export function parseTarget(endpoint: string, given: Readonly<Record<string, string>>): CollectorTarget | string {
  let url: URL
  try {
    url = new URL(endpoint)
  } catch {
    return `not a URL: ${excerpt(endpoint)}`
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `spans go over http or https, not ${url.protocol}`
  }
  const headers = new Headers({ 'user-agent': 'taskscope' })
  if (url.username !== '') {
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers.set('authorization', `Basic ${Buffer.from(login).toString('base64')}`)
    url.username = ''
    url.password = ''
  }
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value)
    } catch {
      return `the header ${excerpt(name)} has a name or value that HTTP does not allow`
    }
  }
  const secrets = Object.values(given)
    .map((value) => value.trim())
    .filter((value) => value.length > 3)
  return {
    url,
    host: url.host,
    shown: `${url.origin}${url.pathname}`,
    headers,
    hideSecrets(answer) {
      let { text } = answer
      for (const secret of secrets) text = text.replaceAll(secret, '•••')
      return { ...answer, text }
    },
  }
}
