/**
 * Where the application and its shims meet: one folder that only its owner may enter, with the application's socket
 * and what was spooled in it. Both sides check the owner before they trust it.
 */
import { createHash } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `sun_path` of a Unix socket holds 108 bytes on Linux (104 on macOS), the closing zero included. */
const maxSocketPathBytes = process.platform === 'darwin' ? 103 : 107
const ownerOnly = 0o700
const othersMask = 0o077

/** The folder belongs to someone else, or others may enter it; nothing is read from it or written to it. */
export class UnsafePlaceError extends Error {
  override readonly name = 'UnsafePlaceError'
}

export interface ProxyPlace {
  readonly folder: string
  /** A socket path, or on Windows the name of a pipe. */
  readonly address: string
  readonly spool: string
}

/**
 * The place of this user: `TASKSCOPE_RUNTIME_DIR` when it is set, else a folder of the person's session, else one in
 * the system's temporary folder. Nothing is made yet.
 */
export function proxyPlace(env: Readonly<Record<string, string | undefined>>): ProxyPlace {
  const folder = env.TASKSCOPE_RUNTIME_DIR ?? userFolder()
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 32)
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\taskscope-${digest}` : join(folder, 'app.sock')
  return { folder, address, spool: join(folder, 'spool') }
}

/** Makes the folder where it is missing and checks that it is ours alone. Throws an `UnsafePlaceError`. */
export async function enterPlace({ folder, address }: ProxyPlace): Promise<void> {
  await mkdir(folder, { recursive: true, mode: ownerOnly })
  await checkOwner(folder, 'folder')
  if (process.platform !== 'win32' && Buffer.byteLength(address) > maxSocketPathBytes) {
    throw new UnsafePlaceError(`${address} is longer than the ${maxSocketPathBytes} bytes of a socket path`)
  }
}

/** Checks that the socket in the folder is ours. Rejects with what the system says when there is none. */
export async function checkSocket({ folder, address }: ProxyPlace): Promise<void> {
  if (process.platform === 'win32') return
  await checkOwner(folder, 'folder')
  await checkOwner(address, 'socket')
}

async function checkOwner(path: string, kind: 'folder' | 'socket'): Promise<void> {
  if (process.platform === 'win32') return
  const found = await lstat(path)
  const right = kind === 'folder' ? found.isDirectory() : found.isSocket()
  if (!right) throw new UnsafePlaceError(`${path} is no ${kind}`)
  if (found.uid !== process.getuid?.()) throw new UnsafePlaceError(`${path} belongs to another user`)
  // What lies in a folder that nobody else may enter is safe whatever its own mode.
  if (kind === 'folder' && (found.mode & othersMask) !== 0) throw new UnsafePlaceError(`others may enter ${path}`)
}

/**
 * The same for every process of this user: MCP clients start their servers with hardly any of the environment, so nothing
 * of it may decide where they meet.
 */
function userFolder(): string {
  const uid = process.getuid?.()
  if (uid === undefined) return join(tmpdir(), 'taskscope')
  const session = `/run/user/${uid}`
  return isOwnFolder(session, uid) ? join(session, 'taskscope') : `/tmp/taskscope-${uid}`
}

function isOwnFolder(path: string, uid: number): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === uid
}
