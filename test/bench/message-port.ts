import type { Port } from '../../core/model/port.ts'

/** A Node or browser MessagePort as the core's port. */
export function portOf<In, Out>(port: MessagePort): Port<In, Out> {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      const heard = (event: MessageEvent): void => listener(event.data as In)
      port.addEventListener('message', heard)
      port.start()
      return () => port.removeEventListener('message', heard)
    },
    onClose(listener) {
      port.addEventListener('close', listener)
      return () => port.removeEventListener('close', listener)
    },
    close: () => port.close(),
  }
}
