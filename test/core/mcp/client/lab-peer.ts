/** The lab server as the peer of a client under test: launched over stdio, or in this process over HTTP. */

import type { EraName } from '../../../../core/mcp/eras/era.ts'
import type { Deviation } from '../../../../core/mcp/lab/deviation.ts'
import { createLab } from '../../../../core/mcp/lab/lab-server.ts'
import { serveHttp } from '../../../../core/mcp/serve/http-server.ts'
import type { EraChoice, ServerAddress } from '../../../../core/model/server-target.ts'

const open: (() => Promise<void>)[] = []

export interface LabPeer {
  readonly address: ServerAddress
  /** Ends the server and every session in it. */
  stop(): Promise<void>
}

export async function labOverHttp(
  era: EraChoice,
  options: {
    readonly eras?: readonly EraName[]
    readonly port?: number
    readonly deviations?: readonly Deviation[]
  } = {},
): Promise<LabPeer> {
  const { eras = ['legacy', 'modern'], port = 0, deviations = [] } = options
  const lab = createLab({ version: '0', eras, deviations })
  const serving = await serveHttp(lab.server, port)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= serving.close().then(() => lab.close())
    return stopped
  }
  open.push(stop)
  return { address: { name: 'lab', url: serving.url, headers: {}, era }, stop }
}

/** For `afterEach`, once the clients are closed. */
export async function releaseLabs(): Promise<void> {
  await Promise.all(open.splice(0).map((stop) => stop()))
}
