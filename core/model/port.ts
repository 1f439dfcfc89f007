import type { Dispose } from './dispose.ts'

/**
 * One end of a two-way channel of plain messages: a MessagePort of a page, of Electron, of a worker, or a socket.
 * Messages arrive whole and in order. Posting to a closed port does nothing.
 */
export interface Port<In, Out> {
  post(message: Out): void
  onMessage(listener: (message: In) => void): Dispose
  onClose(listener: () => void): Dispose
  close(): void
}
