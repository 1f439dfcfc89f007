/** Which module has called a function: what runs elsewhere has to be imported there again. */
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * URL of the file whose code called `callee`; `undefined` for code of no file.
 * @param callee what the caller called: the frames of it and above it are left out
 */
export function callerModule(callee: (...values: never[]) => unknown): string | undefined {
  const { prepareStackTrace } = Error
  const trace: { stack?: unknown } = {}
  try {
    Error.prepareStackTrace = (_error, sites) => sites
    Error.captureStackTrace(trace, callee)
    const file = (trace.stack as readonly NodeJS.CallSite[] | undefined)?.[0]?.getFileName() ?? ''
    if (file.startsWith('file:')) return file
    return isAbsolute(file) ? pathToFileURL(file).href : undefined
  } finally {
    Error.prepareStackTrace = prepareStackTrace
  }
}
