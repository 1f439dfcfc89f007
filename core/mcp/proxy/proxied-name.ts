import { basename, dirname, extname } from 'node:path'

const runners = new Set(['node', 'npx', 'npm', 'bun', 'deno', 'tsx', 'uv', 'uvx', 'python', 'python3', 'exec', 'run'])
/** File names that say nothing of whose they are. */
const anonymous = new Set(['index', 'main', 'server', 'cli', 'dist', 'build', 'out', 'src', 'bin', 'lib'])

/** What a person calls the server that this command starts: its package or its script. */
export function proxiedName(command: readonly string[]): string {
  const words = command.filter((word, index) => !word.startsWith('-') && !(index < 2 && runners.has(stem(word))))
  const word = words[0] ?? command[0] ?? 'server'
  if (/^https?:\/\//.test(word) && URL.canParse(word)) return new URL(word).host
  const parcel = /node_modules\/(?:@[^/]+\/)?([^/]+)/.exec(word)?.[1]
  if (parcel !== undefined) return parcel
  for (let path = word; path !== '.' && path !== dirname(path); path = dirname(path)) {
    const name = stem(path)
    if (!anonymous.has(name)) return name
  }
  return stem(word)
}

function stem(path: string): string {
  return basename(path, extname(path))
}
