/** Imports a bundled module inside a host and finds what it offers; what is wrong with it is told in one sentence. */
import { basename } from 'node:path'
import { errorInfo } from '../error-info.ts'
import type { LoadFailure } from './load-failure.ts'
import { collectExports, type ModuleContent } from './module-exports.ts'
import { withJsonSchema } from './zod-schema.ts'

export type LoadedModule =
  | { readonly ok: true; readonly content: ModuleContent }
  | { readonly ok: false; readonly failure: LoadFailure }

/**
 * @param url the bundle.
 * @param path the person's own file, for sentences and for finding their packages.
 */
export async function loadModule(url: string, path: string): Promise<LoadedModule> {
  const name = basename(path)
  let namespace: Readonly<Record<string, unknown>>
  try {
    namespace = (await import(/* @vite-ignore */ url)) as Readonly<Record<string, unknown>>
  } catch (thrown) {
    const error = errorInfo(thrown)
    const text = `${name} threw while it was loading: ${error.name}${error.message === '' ? '' : `: ${error.message}`}`
    return { ok: false, failure: { text, error } }
  }
  const content = collectExports(namespace)
  if (content.tasks.length === 0 && content.supervisors.length === 0) {
    const text = `${name} exports no task: export defineTask({ … }), defineSupervisor({ … }) or an async function`
    return { ok: false, failure: { text } }
  }
  const tasks = await Promise.all(content.tasks.map((definition) => withJsonSchema(definition, path)))
  return { ok: true, content: { ...content, tasks } }
}
