/**
 * Tells of what this window asked for, once it is there: "index suspended, 41 ms after you asked". Nothing is said
 * when a button is pressed, and nothing when a control is refused; the row itself says that.
 */
import type { ControlRequest } from '../../core/model/control.ts'
import type { Dispose } from '../../core/model/dispose.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import type { Row } from '../../core/model/row.ts'
import { settledBy } from './control-effect.ts'
import type { WindowModel } from './window-model.ts'

/** Requests that are followed at once; the oldest is let go first. */
const mostFollowed = 64

export interface EffectMessagesOptions {
  /** How a number of milliseconds reads. */
  readonly durationText: (ms: number) => string
}

export function tellEffects(model: WindowModel, { durationText }: EffectMessagesOptions): Dispose {
  const followed = new Map<NodeKey, ControlRequest[]>()

  function look(target: NodeKey): void {
    const requests = followed.get(target)
    if (requests === undefined) return
    const { rows, details } = model.store.getState()
    const row = rows.get(target)
    const detail = details.get(target)
    const open = requests.filter((request) => {
      const settled = settledBy(request, row, detail)
      if (settled === undefined) return true
      if (settled.end === 'effective' && row !== undefined) say(request, row, settled.at - request.requestedAt)
      return false
    })
    if (open.length === 0) followed.delete(target)
    else followed.set(target, open)
  }

  function say(request: ControlRequest, row: Row, tookMs: number): void {
    const word = effectWord(request)
    if (word === undefined) return
    const undo = undoOf(model, request)
    model.say({
      tone: 'success',
      subject: row.name,
      text: word,
      detail: `${durationText(Math.max(0, tookMs))} after you asked`,
      about: row.key,
      ...(undo === undefined ? {} : { undo }),
    })
  }

  const ends = [
    model.onSent((request) => {
      if (effectWord(request) === undefined) return
      followed.set(request.target, [...(followed.get(request.target) ?? []), request])
      for (const oldest of followed.keys()) {
        if (followed.size <= mostFollowed) break
        followed.delete(oldest)
      }
    }),
    model.onChange(({ changed }) => {
      if (followed.size === 0) return
      for (const key of changed) look(key)
    }),
    model.store.subscribe((state, before) => {
      if (state.details === before.details) return
      for (const target of [...followed.keys()]) look(target)
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** What has become of the target, in a word or two; nothing for controls whose effect is a thing to look at. */
function effectWord({ command }: ControlRequest): string | undefined {
  switch (command.verb) {
    case 'suspend':
      return 'suspended'
    case 'resume':
      return 'resumed'
    case 'step':
      return 'stepped'
    case 'cancel':
      return 'cancelled'
    case 'kill':
      return 'killed'
    case 'retry':
      return 'runs again'
    case 'answer':
      return 'has your answer'
    case 'freeze':
      return 'frozen'
    case 'thaw':
      return 'thawed'
    case 'stop':
      return 'ended'
    case 'restart':
      return 'restarted'
    case 'replaceState':
      return 'undo' in command.change ? 'has its state back' : 'has another state'
    case 'terminate':
      return 'ended'
    case 'crash':
      return 'crashed'
    default:
      return undefined
  }
}

function undoOf(model: WindowModel, { target, command }: ControlRequest): (() => void) | undefined {
  switch (command.verb) {
    case 'suspend':
      return () => void model.send(target, { verb: 'resume' })
    case 'resume':
      return () => void model.send(target, { verb: 'suspend' })
    case 'freeze':
      return () => void model.send(target, { verb: 'thaw' })
    case 'thaw':
      return () => void model.send(target, { verb: 'freeze' })
    default:
      return undefined
  }
}
