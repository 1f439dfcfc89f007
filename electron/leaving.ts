/**
 * How a person leaves: by File › Quit or by closing the window. While tasks are live that would end with us they are
 * asked once. Whatever else ends the application (a signal, a screenshot that was taken, the system) asks nobody.
 */
import type { EndingTasks } from './ending-tasks.ts'

export interface LeavingOptions {
  readonly tasks: () => EndingTasks
  /** Asks the person whether these may end. */
  readonly ask: (tasks: EndingTasks) => Promise<boolean>
  readonly quit: () => void
}

export interface Leaving {
  /** A person wants to quit. */
  leave(): void
  /** The window is about to close. */
  onClose(event: { preventDefault(): void }): void
  /** The application is ending; nothing is asked from here on. */
  onQuit(): void
}

export function createLeaving({ tasks, ask, quit }: LeavingOptions): Leaving {
  let asking = false
  let ending = false

  async function askFirst(which: EndingTasks): Promise<void> {
    if (asking) return
    asking = true
    try {
      const agreed = await ask(which)
      if (agreed && !ending) quit()
    } finally {
      asking = false
    }
  }

  return {
    leave() {
      const which = tasks()
      if (which.count === 0) quit()
      else void askFirst(which)
    },
    onClose(event) {
      if (ending) return
      const which = tasks()
      if (which.count === 0) return
      event.preventDefault()
      void askFirst(which)
    },
    onQuit() {
      ending = true
    },
  }
}
