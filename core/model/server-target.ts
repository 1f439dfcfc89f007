/** Which MCP server is meant, and how it is reached: what the window asks for and the client connects to. */

/** How to start an MCP server over stdio; `env` is added to a short default environment. */
export interface ServerLaunch {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string | undefined
  readonly era?: EraChoice | undefined
  readonly abilities?: ClientAbilities | undefined
}

/** Where an MCP server is reached over Streamable HTTP. Values of headers are never kept. */
export interface ServerAddress {
  readonly name: string
  /** http or https, without credentials. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** As whom its authorization server knows us. Without one we register ourselves there, where that is possible. */
  readonly clientId?: string | undefined
  readonly era?: EraChoice | undefined
  readonly abilities?: ClientAbilities | undefined
}

export type ServerTarget = ServerLaunch | ServerAddress

/** Which wire is spoken to a server; legacy unless said otherwise. `probe` asks the server first, which it sees. */
export type EraChoice = 'legacy' | 'modern' | 'probe'

/** What a server is told that a person will answer beside elicitation. */
export interface ClientAbilities {
  readonly sampling?: boolean | undefined
  readonly roots?: boolean | undefined
}

export function isAddress(target: ServerTarget): target is ServerAddress {
  return 'url' in target
}
