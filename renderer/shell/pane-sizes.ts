/** How large a person left the panes, in CSS pixels: a pane keeps its size when the window changes its own. */
import { remember, remembered } from '../state/remembered.ts'

export interface PaneSizes {
  readonly sources: number
  readonly detail: number
  readonly timeline: number
}

const asDrawn: PaneSizes = { sources: 184, detail: 423, timeline: 225 }

export function paneSizes(): PaneSizes {
  const value = remembered('paneSizes')
  const kept: Partial<Record<keyof PaneSizes, unknown>> = typeof value === 'object' && value !== null ? value : {}
  const size = (pane: keyof PaneSizes) => {
    const pixels = kept[pane]
    return typeof pixels === 'number' && pixels > 60 && pixels < 4000 ? pixels : asDrawn[pane]
  }
  return { sources: size('sources'), detail: size('detail'), timeline: size('timeline') }
}

/** Remembers the size of a pane as it is, unless it is collapsed. */
export function rememberSize(
  pane: keyof PaneSizes,
  panel: { isCollapsed(): boolean; getSize(): { readonly inPixels: number } } | null,
): void {
  if (panel === null || panel.isCollapsed()) return
  remember('paneSizes', { ...paneSizes(), [pane]: Math.round(panel.getSize().inPixels) })
}
