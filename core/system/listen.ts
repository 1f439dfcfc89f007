import type { Server } from 'node:net'

/**
 * Opens a server on a port of an address of this machine; 0 lets the system choose.
 * @returns the port. Rejects with what the system says when it is not to be had.
 */
export function listenOn(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : port)
    })
  })
}
