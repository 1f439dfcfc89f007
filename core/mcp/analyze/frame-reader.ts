/** Whoever keeps the frames of a conversation lets them be read: a proxied one, a recording, a connection of ours. */
import type { FrameList } from '../../model/frame.ts'
import type { NodeId } from '../../model/identity.ts'
import type { Source } from '../../model/source.ts'

export interface FrameReader {
  /** @param task only its frames; those of the whole conversation without one, or with the node of the conversation */
  frames(task?: NodeId): FrameList
  /** Another number says that something has changed. */
  readonly frameRevision: number
  /** The JSON of a frame; `undefined` when it is no longer kept. */
  frameText(seq: number): string | undefined
  /** What is still kept of the conversation as a capture file: its lines, line ends included, without secrets. */
  captureLines(): Iterable<string>
}

export function keepsFrames(source: Source | undefined): source is Source & FrameReader {
  return source !== undefined && 'frames' in source && 'frameRevision' in source && 'frameText' in source
}
