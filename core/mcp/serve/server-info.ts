/** Who a server says it is. */
export interface ServerInfo {
  readonly name: string
  readonly version: string
  /** What a model should know of it. */
  readonly instructions?: string
}
