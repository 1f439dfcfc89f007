import type { whyOf } from '../../core/model/why.ts'
import { faceColor, type StateFace, stateFaces } from '../icons/state-face.ts'

type Tone = ReturnType<typeof whyOf>['tone']

/** The colour of a cause: of the state that was asked for, else plain text. */
export function toneColor(tone: Tone): string {
  return tone !== undefined && isFace(tone) ? faceColor(tone) : 'var(--text-2)'
}

function isFace(tone: string): tone is StateFace {
  return (stateFaces as readonly string[]).includes(tone)
}
