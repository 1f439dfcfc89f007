/**
 * Files of the packaged app that other programs must see. Electron reads inside `app.asar` as if it were a folder; a
 * program of its own (esbuild) cannot be started from there and cannot read there, so its files lie beside the archive.
 */
import { join, sep } from 'node:path'

/** Where a file of the app is for another program. The same path when the app is not packaged. */
export function unpackedPath(path: string): string {
  return path.replace(`${sep}app.asar${sep}`, `${sep}app.asar.unpacked${sep}`)
}

/** What `ESBUILD_BINARY_PATH` must hold before esbuild is first imported in a packaged app. */
export function unpackedEsbuild(appPath: string, platform: NodeJS.Platform, arch: string): string {
  const program = platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild'
  return unpackedPath(join(appPath, 'node_modules/@esbuild', `${platform}-${arch}`, program))
}
