/** Code of inline tasks that does what the test tells it, one action at a time. */
import type { TaskContext } from '../../../../core/runner/task-context.ts'
import type { ChildHandle } from '../../../../core/runner/task-handle.ts'

type Action =
  | { readonly do: 'progress'; readonly current: number }
  | { readonly do: 'checkpoint'; readonly label: string }
  | { readonly do: 'forget' }
  | { readonly do: 'sleep'; readonly ms: number }
  | { readonly do: 'ask' }
  | { readonly do: 'spawn'; readonly script: Script; readonly awaits: boolean }
  | { readonly do: 'returned' | 'threw' | 'exited' }

/** What the test tells one task's code to do, one action at a time. */
export class Script {
  readonly id: string
  readonly stubborn: boolean
  act: (action: Action) => void = () => {}
  /** Its code waits for the test, and stands nowhere inside the runner. */
  waiting = false
  failAside: (reason: Error) => void = () => {}
  child: ChildHandle | undefined

  constructor(id: string, stubborn: boolean) {
    this.id = id
    this.stubborn = stubborn
  }

  readonly body = (ctx: TaskContext): Promise<unknown> => {
    const aside = new Promise<never>((_, reject) => {
      this.failAside = reject
    })
    return Promise.race([aside, this.#main(ctx)])
  }

  async #main(ctx: TaskContext): Promise<unknown> {
    for (;;) {
      try {
        const action = await this.#next(ctx)
        if (action.do === 'returned') return 'value'
        if (action.do === 'threw') throw new ScriptedError()
        await this.#carryOut(ctx, action)
      } catch (thrown) {
        if (thrown instanceof ScriptedError || !this.stubborn || !ctx.signal.aborted) throw thrown
      }
    }
  }

  #next(ctx: TaskContext): Promise<Action> {
    return new Promise((resolve, reject) => {
      this.waiting = true
      this.act = (action) => {
        this.waiting = false
        resolve(action)
      }
      if (this.stubborn) return
      // A child that completes although its parent is being cancelled lets the code come here late.
      if (ctx.signal.aborted) reject(ctx.signal.reason)
      else ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason), { once: true })
    })
  }

  async #carryOut(ctx: TaskContext, action: Action): Promise<void> {
    switch (action.do) {
      case 'progress':
        return ctx.progress({ current: action.current })
      case 'checkpoint':
        return ctx.checkpoint(action.label)
      case 'forget':
        void Promise.reject(new ScriptedError('forgotten'))
        return
      case 'sleep':
        return ctx.sleep(action.ms)
      case 'ask':
        return void (await ctx.requestInput({ message: '?' }))
      case 'exited':
        return exitFor(ctx)
      case 'spawn': {
        const { script } = action
        this.child = ctx.spawn(script.body, undefined, { id: script.id })
        if (action.awaits) await this.child
      }
    }
  }
}

export class ScriptedError extends Error {}

/** An exit that a stubborn body would swallow must count all the same, so it is followed by a plain error. */
function exitFor(ctx: TaskContext): never {
  try {
    ctx.exit('scripted')
  } catch {
    throw new ScriptedError()
  }
}
