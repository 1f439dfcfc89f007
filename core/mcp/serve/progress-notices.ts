import type { Dispose } from '../../model/dispose.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import type { ToolWork } from './tool-work.ts'

/** Tells the progress of a work under the caller's token. The value must increase with each notification. */
export function notifyProgress(
  work: ToolWork,
  progressToken: string | number,
  notify: (params: JsonRecord) => void,
): Dispose {
  let last = Number.NEGATIVE_INFINITY
  return work.onChange(() => {
    const { progress, outcome } = work
    if (progress === undefined || outcome !== undefined || progress.current <= last) return
    last = progress.current
    const { total, message } = progress
    notify({
      progressToken,
      progress: progress.current,
      ...(total !== undefined && { total }),
      ...(message !== undefined && { message }),
    })
  })
}

export function progressTokenOf(meta: JsonRecord | undefined): string | number | undefined {
  const token = meta?.progressToken
  return typeof token === 'string' || typeof token === 'number' ? token : undefined
}
