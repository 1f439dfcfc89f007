/** A request to the server behind an HTTP proxy. */
import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface UpstreamRequest {
  readonly method: string | undefined
  readonly path: string
  /** Names and values, or both in turn as they came. */
  readonly headers: Readonly<Record<string, string>> | readonly string[]
}

/** A connection of its own for each: what ends on one side ends on the other. */
export function openUpstream(target: URL, { method, path, headers }: UpstreamRequest): ClientRequest {
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest
  return send({
    protocol: target.protocol,
    hostname: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port === '' ? undefined : Number(target.port),
    method,
    path,
    headers: isList(headers) ? [...headers] : { ...headers },
    setHost: false,
    agent: false,
  })
}

function isList(headers: UpstreamRequest['headers']): headers is readonly string[] {
  return Array.isArray(headers)
}
