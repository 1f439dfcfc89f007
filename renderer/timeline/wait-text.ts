import type { StateInterval } from '../../core/model/detail.ts'
import { faceOf, faceWord } from '../icons/state-face.ts'

/** What a stay in a state is called with its cause: "suspended by you", "waits for input", "pending: parent is held". */
export function waitText({ state, why }: Pick<StateInterval, 'state' | 'why'>): string {
  const word = state === 'input_required' ? 'waits for input' : faceWord(faceOf(state))
  if (why === undefined || why.text === '') return word
  return state === 'pending' || state === 'input_required' ? `${word}: ${why.text}` : `${word} ${why.text}`
}

/** As `waitText`, with the detail of the cause: "suspended by you at checkpoint page 41". */
export function longWaitText(stay: Pick<StateInterval, 'state' | 'why'>): string {
  const detail = stay.why?.detail
  return detail === undefined ? waitText(stay) : `${waitText(stay)} ${detail}`
}
