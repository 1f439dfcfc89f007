/** A cell that was ended by force, and how that is told. */
import { type Actor, actorText } from '../../model/actor.ts'
import type { ControlReply } from '../control-reply.ts'
import type { CellEnd, CellFactory } from './cell.ts'

export interface Force {
  /** `undefined`: its grace was over. */
  readonly by: Actor | undefined
  readonly at: number
  readonly replies: ControlReply[]
}

/** @param since how long ago its cancel was asked for, as read. */
export function forceText({ by }: Force, word: CellFactory['word'], since: string): string {
  if (by !== undefined) return `its ${word} was killed by ${actorText(by)}`
  return `its function did not end within ${since} of the cancel, so its ${word} was ended`
}

export function endErrorName(end: CellEnd): string {
  return end.outOfMemory === true ? 'MemoryLimit' : 'PlaceEnded'
}
