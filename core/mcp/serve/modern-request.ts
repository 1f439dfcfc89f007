/**
 * What a request of the core revision 2026-07-28 must bring with it, since there is no session
 * (https://modelcontextprotocol.io/specification/2026-07-28/basic). Pure.
 */
import {
  clientCapabilitiesKey,
  declaresTasks,
  headerMismatch,
  missingClientCapability,
  modernEra,
  protocolVersionKey,
  tasksExtension,
  unsupportedVersion,
} from '../eras/modern.ts'
import { decodeName, nameOf } from '../eras/modern-headers.ts'
import { isRecord, type JsonRecord, recordAt, stringAt } from '../wire/json-record.ts'
import { invalidParams, methodNotFound, type RpcError, type RpcRequest } from '../wire/rpc-message.ts'
import type { Headers } from './exchange.ts'

/** The methods of this server. */
const methods = new Set([
  ...['server/discover', 'subscriptions/listen'],
  ...['tools/list', 'tools/call'],
  ...['tasks/get', 'tasks/update', 'tasks/cancel'],
])

export interface Refusal {
  readonly error: RpcError
  /** Of HTTP. */
  readonly status: number
}

/** Why a request cannot be served whatever it asks, if so. Unknown methods are told before anything else is looked at. */
export function refusalOf(request: RpcRequest, headers: Headers | undefined): Refusal | undefined {
  if (!methods.has(request.method)) {
    return { error: { code: methodNotFound, message: `there is no method ${request.method}` }, status: 404 }
  }
  const mismatch = headers === undefined ? undefined : headerProblem(request, headers)
  if (mismatch !== undefined) return { error: { code: headerMismatch, message: mismatch }, status: 400 }
  const meta = recordAt(request.params, '_meta')
  const version = stringAt(meta, protocolVersionKey)
  if (version === undefined || !isRecord(meta?.[clientCapabilitiesKey])) {
    const lacking = version === undefined ? protocolVersionKey : clientCapabilitiesKey
    return { error: { code: invalidParams, message: `_meta lacks ${lacking}` }, status: 400 }
  }
  return version === modernEra.protocolVersion ? undefined : { error: versionError(version), status: 400 }
}

export function versionError(requested: string): RpcError {
  const message = `this server does not speak ${requested}`
  return { code: unsupportedVersion, message, data: { supported: [modernEra.protocolVersion], requested } }
}

/** What a request that needs the tasks extension gets when it does not declare it. */
export const tasksNotDeclared: Refusal = {
  error: {
    code: missingClientCapability,
    message: `the request does not declare ${tasksExtension}`,
    data: { requiredCapabilities: { extensions: { [tasksExtension]: {} } } },
  },
  status: 400,
}

export interface ClientWords {
  readonly tasks: boolean
  readonly elicitation: boolean
}

/** What this very request says that its sender can do. */
export function declaredBy(params: JsonRecord): ClientWords {
  const capabilities = recordAt(recordAt(params, '_meta'), clientCapabilitiesKey)
  return { tasks: declaresTasks(params), elicitation: isRecord(capabilities?.elicitation) }
}

function headerProblem({ method, params }: RpcRequest, headers: Headers): string | undefined {
  const version = headers.get('mcp-protocol-version')
  const said = stringAt(recordAt(params, '_meta'), protocolVersionKey)
  if (said !== undefined && version !== said) {
    return `MCP-Protocol-Version is ${version ?? 'missing'}, the request says ${said}`
  }
  const named = headers.get('mcp-method')
  if (named !== method) return `Mcp-Method is ${named ?? 'missing'}, the request is ${method}`
  const wanted = nameOf(method, params)
  if (wanted === undefined) return undefined
  const name = headers.get('mcp-name')
  return name !== undefined && decodeName(name) === wanted
    ? undefined
    : `Mcp-Name is ${name ?? 'missing'}, the request says ${wanted}`
}
