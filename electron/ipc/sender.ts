import type { WebFrameMain } from 'electron'
import { isAppUrl } from '../hardening.ts'

/**
 * Whether a message comes from the main frame of our own page. A frame that is gone, a sub-frame, or a page of
 * another origin is a stranger.
 */
export function isOwnPage(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isAppUrl(frame.url)
}
