import { useWindow } from '../state/window-context.tsx'

const heights = { dense: 24, comfortable: 32 } as const

/** The height of one line in CSS pixels; the same as `--row-height` of the tokens, which the virtual list cannot read. */
export function useRowHeight(): number {
  return useWindow((state) => heights[state.settings?.density ?? 'dense'])
}
