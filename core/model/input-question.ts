/**
 * What a task asks of a person: a message and a flat form. `schema` is JSON Schema as MCP's elicitation allows it
 * (https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation); no schema means free JSON.
 */
export interface InputQuestion {
  readonly requestId: string
  readonly message: string
  readonly schema?: Readonly<Record<string, unknown>>
  readonly askedAt: number
}

/** The three answers that MCP's elicitation knows. `content` is plain JSON and only goes with `accept`. */
export type InputAnswer =
  | { readonly action: 'accept'; readonly content: unknown }
  | { readonly action: 'decline' }
  | { readonly action: 'cancel' }
