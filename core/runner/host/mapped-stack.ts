/** Stacks of bundled code told in terms of the person's own files. */
import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { StackFrame } from '../../model/stack.ts'

const marker = '//# sourceMappingURL=data:application/json;base64,'

/** Maps frames that lie in `bundleUrl`; other frames keep their place. Runtime and host frames are left out. */
export interface StackMapper {
  map(frames: readonly StackFrame[]): readonly StackFrame[]
}

/** @param ownFolder URL of the folder of the host's own code, whose frames tell a person nothing. */
export function createStackMapper(ownFolder: string, bundleUrl: () => string | undefined): StackMapper {
  let cached: { readonly url: string; readonly map: SourceMap | undefined } | undefined
  const mapOf = (url: string): SourceMap | undefined => {
    if (cached?.url !== url) cached = { url, map: readMap(url) }
    return cached.map
  }
  return {
    map(frames) {
      const url = bundleUrl()
      const shown = frames.filter((frame) => frame.file?.startsWith('node:') !== true && !isOwn(frame, ownFolder))
      return shown.map((frame) =>
        url !== undefined && frame.file === url ? mapFrame(frame, url, mapOf(url)) : plainFrame(frame),
      )
    },
  }
}

function isOwn(frame: StackFrame, ownFolder: string): boolean {
  return frame.file?.startsWith(ownFolder) === true
}

function plainFrame(frame: StackFrame): StackFrame {
  return frame.file?.startsWith('file:') === true ? { ...frame, file: fileURLToPath(frame.file) } : frame
}

function mapFrame(frame: StackFrame, url: string, map: SourceMap | undefined): StackFrame {
  if (map === undefined || frame.line === undefined) return plainFrame(frame)
  const entry = map.findEntry(frame.line - 1, (frame.column ?? 1) - 1)
  if (!('originalSource' in entry)) return plainFrame(frame)
  const file = new URL(entry.originalSource, url)
  return {
    name: frame.name,
    file: file.protocol === 'file:' ? fileURLToPath(file) : file.href,
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  }
}

/** A bundle without a usable map keeps its own positions: a stack that points there is better than none. */
function readMap(url: string): SourceMap | undefined {
  try {
    const text = readFileSync(fileURLToPath(url), 'utf8')
    const at = text.lastIndexOf(marker)
    if (at < 0) return undefined
    const json = Buffer.from(text.slice(at + marker.length).trim(), 'base64').toString('utf8')
    return new SourceMap(JSON.parse(json) as SourceMapPayload)
  } catch {
    return undefined
  }
}
