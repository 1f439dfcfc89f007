/** A part of the window over rows that a test holds in its hand, with a bridge that writes down what it is asked. */
import { cleanup, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { onTestFinished } from 'vitest'
import type {
  AppCommandName,
  AppCommands,
  AppSettings,
  CommandResult,
  TaskscopeBridge,
} from '../../../core/feed/app-commands.ts'
import type { Detail } from '../../../core/model/detail.ts'
import type { Row } from '../../../core/model/row.ts'
import { WindowProvider } from '../../../renderer/state/window-context.tsx'
import { createWindowModel, type WindowModel } from '../../../renderer/state/window-model.ts'
import { TooltipProvider } from '../../../renderer/widgets/tooltip.tsx'
import { createFixtureFeed, type FixtureFeed } from '../fixture-feed.ts'

export const now = 1_800_000_000_000

export type Answers = {
  readonly [Name in AppCommandName]?: (
    input: AppCommands[Name]['input'],
  ) => CommandResult<AppCommands[Name]['output']> | Promise<CommandResult<AppCommands[Name]['output']>>
}

export interface Invocation {
  readonly name: AppCommandName
  readonly input: unknown
}

export interface TestWindow {
  readonly feed: FixtureFeed
  readonly model: WindowModel
  readonly invoked: readonly Invocation[]
}

export const settings: AppSettings = {
  theme: 'system',
  density: 'dense',
  export: { endpoint: '', headers: {} },
  recentModules: [],
  recentServers: [],
  receive: { mode: 'off' },
}

/** Shows `part` with the first row selected; its clock stands at `now`. */
export function renderWindow(part: ReactNode, rows: readonly Row[], answers: Answers = {}): TestWindow {
  const invoked: Invocation[] = []
  const feed = createFixtureFeed(rows)
  let ids = 0
  const model = createWindowModel({
    bridge: fakeBridge(answers, invoked),
    wall: () => now,
    after: () => () => undefined,
    newId: () => `c${++ids}`,
  })
  model.attach(feed)
  model.select(rows[0]?.key)
  render(
    <WindowProvider model={model}>
      <TooltipProvider>{part}</TooltipProvider>
    </WindowProvider>,
  )
  onTestFinished(() => {
    cleanup()
    model.dispose()
    localStorage.clear()
  })
  return { feed, model, invoked }
}

function fakeBridge(answers: Answers, invoked: Invocation[]): TaskscopeBridge {
  return {
    async invoke(name, input) {
      invoked.push({ name, input })
      const answer = answers[name] as ((input: unknown) => CommandResult<never>) | undefined
      return answer === undefined ? { ok: false, error: `${name} is not at hand` } : answer(input)
    },
    onNotice: () => () => undefined,
    pathOfDrop: () => '',
    requestFeed: () => undefined,
    platform: 'linux',
  }
}

export function detailOf(row: Row, facts: Partial<Detail> = {}): Detail {
  const none = { items: [], dropped: 0 }
  return {
    key: row.key,
    row,
    questions: [],
    controls: row.control === undefined ? [] : [row.control],
    intervals: [],
    events: none,
    logs: none,
    spans: none,
    findings: none,
    offers: [],
    ...facts,
  }
}
