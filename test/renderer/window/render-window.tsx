/** The parts of the window that a test looks at, over rows that it holds in its hand, in a page without a layout. */
import { act, fireEvent, render, screen, within } from '@testing-library/react'
import type { ReactNode } from 'react'
import type { Row } from '../../../core/model/row.ts'
import { useCommandKeys } from '../../../renderer/commands/use-keys.ts'
import { Toasts } from '../../../renderer/shell/toasts.tsx'
import { SourcesPane } from '../../../renderer/sources/sources-pane.tsx'
import { tellEffects } from '../../../renderer/state/effect-messages.ts'
import { WindowProvider } from '../../../renderer/state/window-context.tsx'
import { createWindowModel, type WindowModel } from '../../../renderer/state/window-model.ts'
import { Toolbar } from '../../../renderer/toolbar/toolbar.tsx'
import { TasksPane } from '../../../renderer/tree/tasks-pane.tsx'
import { TooltipProvider } from '../../../renderer/widgets/tooltip.tsx'
import { createFixtureFeed, type FixtureFeed } from '../fixture-feed.ts'

export interface RenderedWindow {
  readonly model: WindowModel
  readonly feed: FixtureFeed
  /** Changes the feed as one frame would. */
  frame(change: (feed: FixtureFeed) => void): void
  row(id: string): HTMLElement
  rows(): readonly string[]
  button(name: string): HTMLElement
  press(key: string, held?: { ctrlKey?: boolean; shiftKey?: boolean }): void
}

/** A page without a layout has no heights; the virtual list needs one to show anything. */
export function giveHeight(pixels: number): () => void {
  const kept = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'clientHeight')
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => pixels })
  return () => {
    if (kept === undefined) Reflect.deleteProperty(HTMLElement.prototype, 'clientHeight')
    else Object.defineProperty(HTMLElement.prototype, 'clientHeight', kept)
  }
}

export function renderWindow(rows: readonly Row[]): RenderedWindow {
  localStorage.clear()
  const feed = createFixtureFeed(rows)
  let ids = 0
  const model = createWindowModel({
    wall: () => 10_000,
    newId: () => {
      ids += 1
      return `id-${ids}`
    },
  })
  tellEffects(model, { durationText: (ms) => `${ms} ms` })
  model.attach(feed)
  render(
    <WindowProvider model={model}>
      <TooltipProvider>
        <Parts />
      </TooltipProvider>
    </WindowProvider>,
  )
  const tree = () => screen.getByRole('treegrid', { name: 'Tasks' })
  const dataRows = () => within(tree()).getAllByRole('row').slice(1)
  return {
    model,
    feed,
    frame: (change) => act(() => change(feed)),
    row(id) {
      const found = dataRows().find((row) => row.getAttribute('data-task-id') === id)
      if (found === undefined) throw new Error(`no row ${id}`)
      return found
    },
    rows: () => dataRows().map((row) => row.getAttribute('data-task-id') ?? row.getAttribute('data-line') ?? ''),
    button: (name) => screen.getByRole('button', { name }),
    press(key, held = {}) {
      fireEvent.keyDown(document.activeElement ?? document.body, { key, ...held })
    },
  }
}

function Parts(): ReactNode {
  useCommandKeys()
  return (
    <>
      <Toolbar />
      <SourcesPane />
      <TasksPane />
      <Toasts />
    </>
  )
}
