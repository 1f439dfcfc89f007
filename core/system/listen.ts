import type { AddressInfo, ListenOptions, Server } from 'node:net'

/** Resolves once the server listens there. Rejects with what the system says when that is not to be had. */
export function listenOn(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Listens on loopback. @returns the port; with 0 the system has chosen it */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await listenOn(server, { port, host: '127.0.0.1' })
  return (server.address() as AddressInfo).port
}
