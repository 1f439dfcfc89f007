/**
 * How names in a person's module are found. Their own files are bundled; packages are left where they are and loaded
 * by Node itself; `taskscope` is the application's own library, so that a host and its module share one copy.
 */
import { readFile } from 'node:fs/promises'
import { dirname, extname, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Loader, OnLoadArgs, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'

const libraryNamespace = 'taskscope-library'
/** Marks a lookup that this plugin itself asked esbuild for. */
const ownLookup = Symbol('own lookup')

/** What `import.meta` and CommonJS say about a file must stay true of the source file, not of the bundle. */
export const placeDefines = {
  'import.meta.url': '__taskscope_url',
  'import.meta.filename': '__taskscope_filename',
  'import.meta.dirname': '__taskscope_dirname',
  __filename: '__taskscope_filename',
  __dirname: '__taskscope_dirname',
} as const

const mentionsPlace = /import\.meta|__dirname|__filename/

/** @param library absolute path of the built library. */
export function modulePlugin(library: string): Plugin {
  return {
    name: 'taskscope-module',
    setup(build) {
      resolveLibrary(build, library)
      // Bare names, `#internal` names and aliases: all that is neither a path nor the entry itself.
      build.onResolve({ filter: /^[^./]/ }, (args) => resolvePackage(build, args))
      build.onResolve({ filter: /\.node$/ }, (args) => ({ path: args.path, external: true }))
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, loadSource)
    },
  }
}

function resolveLibrary(build: PluginBuild, library: string): void {
  const url = pathToFileURL(library).href
  build.onResolve({ filter: /^taskscope$/ }, (args) =>
    // The library is an ES module, which `require` cannot load on Node 20: a re-export that esbuild converts can.
    args.kind === 'require-call' ? { path: 'taskscope', namespace: libraryNamespace } : { path: url, external: true },
  )
  build.onResolve({ filter: /.*/, namespace: libraryNamespace }, (args) => ({ path: args.path, external: true }))
  build.onLoad({ filter: /.*/, namespace: libraryNamespace }, () => ({
    contents: `export * from ${JSON.stringify(url)}`,
  }))
}

async function resolvePackage(build: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult | undefined> {
  if (args.pluginData === ownLookup || args.kind === 'entry-point' || args.namespace === libraryNamespace) return
  if (/^[a-z][a-z+.-]+:/i.test(args.path)) return { path: args.path, external: true }
  const found = await build.resolve(args.path, {
    kind: args.kind,
    importer: args.importer,
    namespace: args.namespace,
    resolveDir: args.resolveDir,
    pluginData: ownLookup,
  })
  if (found.errors.length > 0) return { errors: found.errors, warnings: found.warnings }
  if (found.external) return { path: found.path, external: true }
  // An alias of tsconfig, or a workspace package behind a link: it is the person's own source.
  if (!found.path.includes(`${sep}node_modules${sep}`)) return { path: found.path, namespace: found.namespace }
  return { path: args.kind === 'require-call' ? found.path : pathToFileURL(found.path).href, external: true }
}

async function loadSource(args: OnLoadArgs): Promise<{ contents: string; loader: Loader } | undefined> {
  const source = await readFile(args.path, 'utf8')
  if (!mentionsPlace.test(source)) return undefined
  const place =
    `const __taskscope_url=${JSON.stringify(pathToFileURL(args.path).href)},` +
    `__taskscope_filename=${JSON.stringify(args.path)},__taskscope_dirname=${JSON.stringify(dirname(args.path))};`
  // On the first line, so that every line of the source keeps its number; behind a `#!` line when there is one.
  const at = source.startsWith('#!') ? source.indexOf('\n') + 1 : 0
  return { contents: source.slice(0, at) + place + source.slice(at), loader: loaderOf(args.path) }
}

function loaderOf(path: string): Loader {
  switch (extname(path)) {
    case '.ts':
    case '.mts':
    case '.cts':
      return 'ts'
    case '.tsx':
      return 'tsx'
    case '.jsx':
      return 'jsx'
    default:
      return 'js'
  }
}
