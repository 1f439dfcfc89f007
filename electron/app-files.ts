import { join, normalize, sep } from 'node:path'

/** The file behind a URL path, or `undefined` when it would lie outside the folder. */
export function fileFor(folder: string, pathname: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined
  const file = normalize(join(folder, decoded === '/' ? 'index.html' : decoded))
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : undefined
}
