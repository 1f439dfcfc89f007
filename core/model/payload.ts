/**
 * A value as it may cross a border: formatted once, bounded, never live. Formatting happens where the value lives
 * (a host, a wire) and is total: a value that cannot be formatted becomes text that says so.
 */
export interface Payload {
  /** `json`: `text` is JSON, whole unless `truncated`. `text`: for people only. */
  readonly format: 'json' | 'text'
  readonly text: string
  /** UTF-16 code units of the whole text before it was cut; a lower bound when formatting itself stopped early. */
  readonly size: number
  readonly truncated: boolean
}

/** What an error was, with everything that a person wants to see of it, bounded and plain. */
export interface ErrorInfo {
  readonly name: string
  readonly message: string
  /** The stack as text, source-mapped where a map was at hand. */
  readonly stack?: string
  /** JSON-RPC or Node's own code. */
  readonly code?: number | string
  readonly cause?: ErrorInfo
  /** The thrown value when it was not an Error. */
  readonly value?: Payload
}
