/**
 * Makes one importable file of a person's task module: TypeScript or JavaScript, ESM or CommonJS, from any folder.
 *
 * This runs in the process that owns the hosts, not in the host. It never executes the module (esbuild only parses it,
 * in a service process of its own), so it is safe there; and it is faster there: the bundle is made while the host
 * process starts, one warm service serves all hosts and reloads, and sources are watched even while a host is blocked.
 */
import { chmod, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildFailure, Message } from 'esbuild'
import { errorInfo } from '../error-info.ts'
import { modulePlugin, placeDefines } from './bundle-plugin.ts'
import type { LoadFailure } from './load-failure.ts'

/** `inputs` are the absolute paths of every source file, also of a failed bundle as far as it is known. */
export type Bundle =
  | { readonly ok: true; readonly url: string; readonly inputs: readonly string[] }
  | { readonly ok: false; readonly failure: LoadFailure; readonly inputs: readonly string[] }

export interface BundleOptions {
  /** Absolute path of the module. */
  readonly path: string
  /** Absolute path of the built library that `import 'taskscope'` means. */
  readonly library: string
  /** Absolute path of an existing folder that only its owner can read. */
  readonly folder: string
}

/** Never rejects: whatever goes wrong is a value. */
export async function bundleModule(options: BundleOptions): Promise<Bundle> {
  const name = basename(options.path)
  const missing = await whyNoFile(options.path)
  if (missing !== undefined) return { ok: false, failure: { text: missing }, inputs: [options.path] }
  const outfile = join(options.folder, 'module.mjs')
  const working = dirname(options.path)
  try {
    // Loaded on first use: the command line and many a window never open a module.
    const { build } = await import('esbuild')
    const result = await build({
      entryPoints: [options.path],
      absWorkingDir: working,
      outfile,
      bundle: true,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // Not even esbuild's own `module` condition: what Node would load is what is loaded.
      conditions: [],
      mainFields: ['main'],
      sourcemap: 'inline',
      sourcesContent: false,
      keepNames: true,
      logLevel: 'silent',
      define: placeDefines,
      banner: { js: requireBanner(options.path) },
      plugins: [modulePlugin(options.library)],
    })
    await chmod(outfile, 0o600)
    return { ok: true, url: pathToFileURL(outfile).href, inputs: sourcePaths(result.metafile.inputs, working) }
  } catch (error) {
    if (!isBuildFailure(error)) return { ok: false, failure: cannotRun(name, error), inputs: [options.path] }
    return { ok: false, failure: describe(name, error.errors), inputs: failedPaths(options.path, error.errors) }
  }
}

async function whyNoFile(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isFile() ? undefined : `${path} is not a file`
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? `${path} does not exist`
      : `${path} cannot be read (${String(code)})`
  }
}

/** CommonJS sources of an ES module bundle need a `require`; esbuild renames what the person calls `require`. */
function requireBanner(path: string): string {
  const url = JSON.stringify(pathToFileURL(path).href)
  return `import { createRequire as __taskscope_createRequire } from 'node:module'; const require = __taskscope_createRequire(${url});`
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}

/** The bundler itself is broken or missing. */
function cannotRun(name: string, thrown: unknown): LoadFailure {
  const error = errorInfo(thrown)
  return { text: `${name} cannot be bundled: ${error.message}`, error }
}

function sourcePaths(inputs: Readonly<Record<string, unknown>>, working: string): readonly string[] {
  return Object.keys(inputs)
    .filter((input) => !input.startsWith('taskscope-library:'))
    .map((input) => resolve(working, input))
}

function failedPaths(entry: string, errors: readonly Message[]): readonly string[] {
  const files = errors.flatMap((error) => (error.location ? [resolve(dirname(entry), error.location.file)] : []))
  return [...new Set([entry, ...files])]
}

function describe(name: string, errors: readonly Message[]): LoadFailure {
  const [first] = errors
  if (first === undefined) return { text: `${name} cannot be bundled` }
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const place = first.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : ''
  return {
    text: `${name} cannot be bundled: ${place}${first.text}${more}`,
    error: { name: 'SyntaxError', message: first.text, stack: errors.map(excerpt).join('\n\n') },
  }
}

function excerpt(error: Message): string {
  const { location } = error
  if (!location) return error.text
  const marker = `${' '.repeat(location.column)}${'~'.repeat(Math.max(1, location.length))}`
  return `${location.file}:${location.line}:${location.column + 1}: ${error.text}\n  ${location.lineText}\n  ${marker}`
}
