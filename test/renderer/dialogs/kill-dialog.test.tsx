import { act, fireEvent, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { assert } from '../../../core/model/assert.ts'
import { type NodeKey, nodeId } from '../../../core/model/identity.ts'
import type { Row } from '../../../core/model/row.ts'
import { runCommand } from '../../../renderer/commands/command.ts'
import { command } from '../../../renderer/commands/command-list.ts'
import { DialogHost } from '../../../renderer/dialogs/dialog-host.tsx'
import { endingPlan, type WayToEnd } from '../../../renderer/dialogs/ending-plan.ts'
import { killPlan, radiusFacts } from '../../../renderer/dialogs/kill-plan.ts'
import { now, renderWindow } from '../detail/render-window.tsx'
import { nodeRow, taskRow } from '../preview/sample-rows.ts'

const demo = nodeRow('demo', 0, now - 60_000, {
  capabilities: { stop: true, kill: true, restart: true },
  facts: { pid: 41822 },
})
const corpus = nodeRow('corpus', 1, now - 60_000, {})
const stuck = taskRow(now, 2, {
  id: 'sync',
  of: 'demo',
  name: 'sync-assets',
  state: 'cancelling',
  stateAt: now - 3400,
})
const crawl = taskRow(now, 3, { id: 'crawl', of: 'demo', name: 'crawl', progress: { current: 41, total: 100 } })
const ended = taskRow(now, 4, { id: 'done', of: 'demo', name: 'done', state: 'completed', endedAt: now - 100 })
const elsewhere = taskRow(now, 5, { id: 'tok', of: 'corpus', name: 'tokenize' })
const rows = [stuck, demo, corpus, crawl, ended, elsewhere]

function index(list: readonly Row[]): ReadonlyMap<NodeKey, Row> {
  return new Map(list.map((row) => [row.key, row]))
}

describe('ending a task that shares its host', () => {
  it('names everyone it hits before the button that does it', () => {
    const plan = killPlan(stuck, index(rows), now)
    expect(plan.title).toBe('Kill sync-assets?')
    expect(plan.text.map((part) => part.text).join('')).toBe(
      'It has been cancelling for 3.4 s. It runs inline, so it cannot be killed alone: its host demo (pid 41822) ends with everything in it.',
    )
    expect(plan.choices.map((choice) => choice.button)).toEqual(['End host and 2 tasks'])
    const facts = plan.choices.flatMap(radiusFacts).map(({ name, strong, rest }) => `${name}: ${strong} ${rest}`.trim())
    expect(facts).toEqual([
      'Ends with it: 2 live tasks sync-assets, crawl',
      'Restarts:  nothing by itself; Reload starts demo again',
      'Is lost: crawl at 41 of 100',
      'Goes on: corpus',
    ])
  })

  it('puts the focus on the safe button and sends nothing without the dangerous one', () => {
    const { feed, model } = renderWindow(<DialogHost />, rows)
    openKill(model)
    expect(document.activeElement?.textContent).toBe('Keep running')
    fireEvent.click(screen.getByRole('button', { name: 'Keep running' }))
    expect(feed.asked).toEqual([])
    expect(screen.queryByRole('alertdialog')).toBeNull()
  })

  it('ends the host with the reason that was given', () => {
    const { feed, model } = renderWindow(<DialogHost />, rows)
    openKill(model)
    fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'stuck for an hour' } })
    fireEvent.click(screen.getByRole('button', { name: 'End host and 2 tasks' }))
    expect(feed.asked.map((asked) => ({ target: asked.target, command: asked.command, reason: asked.reason }))).toEqual(
      [{ target: demo.key, command: { verb: 'kill' }, reason: 'stuck for an hour' }],
    )
  })

  it('counts who goes on beside a task that can be ended alone', () => {
    const thread = taskRow(now, 6, { id: 'tiles', of: 'demo', name: 'render-tiles', capabilities: { kill: true } })
    const plan = killPlan(thread, index([...rows, thread]), now)
    const alone = plan.choices.find((choice) => choice.target === thread.key && choice.command.verb === 'kill')
    assert(alone !== undefined, 'it can be killed alone')
    expect(radiusFacts(alone).at(-1)).toEqual({ name: 'Goes on', strong: '2 tasks of demo, corpus', rest: '' })
  })

  it('offers to cancel it instead while that can still be asked', () => {
    const { feed, model } = renderWindow(<DialogHost />, [crawl, demo])
    openKill(model, crawl.key)
    fireEvent.click(screen.getByRole('radio', { name: 'Cancel it instead' }))
    fireEvent.click(screen.getByRole('button', { name: 'Cancel crawl' }))
    expect(feed.asked.at(-1)).toMatchObject({ target: crawl.key, command: { verb: 'cancel' } })
  })
})

describe('ending a host or server', () => {
  it('offers to stop in order or to end it now', () => {
    const plan = killPlan(demo, index(rows), now)
    expect(plan.title).toBe('Stop demo?')
    expect(plan.choices.map((choice) => [choice.command.verb, choice.button])).toEqual([
      ['kill', 'End host and 2 tasks'],
      ['stop', 'Stop host and 2 tasks'],
    ])
  })

  it('says that an MCP task can only be ended with its server', () => {
    const server = nodeRow('everything', 0, now, { node: 'connection', capabilities: { kill: true, stop: true } })
    const call = taskRow(now, 1, { id: '1', of: 'everything', name: 'simulate', capabilities: { kill: true } })
    const plan = killPlan(call, index([server, call]), now)
    expect(plan.text.map((part) => part.text).join('')).toContain('Only its server can be ended: everything')
    expect(plan.choices.map(({ target, button }) => [target, button])).toEqual([[server.key, 'End server and 1 task']])
  })

  it('has nothing to offer when nothing can be ended, and says why', () => {
    const lone = taskRow(now, 1, { id: '1', of: 'tape', name: 'old', capabilities: { kill: 'it is a recording' } })
    const plan = killPlan(lone, index([lone]), now)
    expect(plan.choices).toEqual([])
    expect(plan.text.map((part) => part.text).join('')).toContain('It cannot be killed: it is a recording.')
  })
})

describe('what a person does to a host or to a task that cannot be undone', () => {
  const host = nodeRow('demo', 0, now - 60_000, {
    capabilities: { crash: true, restart: true, stop: true },
    facts: { pid: 41822, intensity: 3, periodMs: 5000 },
  })
  const watcher = nodeRow('demo', 1, now - 60_000, { node: 'supervisor', id: nodeId('sup'), name: 'watcher' })
  const parent = taskRow(now, 2, {
    id: 'crawl',
    of: 'demo',
    name: 'crawl',
    under: 'sup',
    capabilities: { terminate: true },
  })
  const child = taskRow(now, 3, { id: 'fetch', of: 'demo', name: 'fetch', under: 'crawl' })
  const list = [host, watcher, parent, child, stuck, corpus]
  const planOf = (row: Row, way: WayToEnd) => endingPlan(row, way, index(list), now)
  const facts = (row: Row, way: WayToEnd) =>
    planOf(row, way)
      .choices.flatMap(radiusFacts)
      .map(({ name, strong, rest }) => `${name}: ${strong} ${rest}`.replaceAll(/ +/g, ' ').trim())

  it('says how many tasks a crash takes with it, and what starts again', () => {
    expect(planOf(host, 'crash')).toMatchObject({
      title: 'Crash demo?',
      choices: [{ button: 'Crash host and 3 tasks' }],
    })
    expect(facts(host, 'crash').slice(0, 2)).toEqual([
      'Ends with it: 3 live tasks crawl, sync-assets, fetch',
      'Restarts: demo by itself, at most 3 times in 5 s',
    ])
  })

  it('names what a terminated task takes with it, and who may start it again', () => {
    expect(planOf(parent, 'terminate').choices.map(({ button }) => button)).toEqual(['Terminate 2 tasks'])
    expect(facts(parent, 'terminate').slice(0, 2)).toEqual([
      'Ends with it: 2 live tasks crawl, fetch',
      'Restarts: crawl by watcher, unless it is a temporary child',
    ])
  })

  it('counts for a supervisor only what is under it', () => {
    const stopped = { ...watcher, capabilities: { stop: true, restart: true } } as const
    const under = index([host, stopped, parent, child, stuck])
    expect(killPlan(stopped, under, now).choices.map(({ button }) => button)).toEqual(['Stop supervisor and 2 tasks'])
    expect(endingPlan(stopped, 'restart', under, now).choices.map(({ button }) => button)).toEqual([
      'Restart supervisor, end 2 tasks',
    ])
  })

  it('says what a restart ends', () => {
    expect(planOf(host, 'restart').choices.map(({ button }) => button)).toEqual(['Restart host, end 3 tasks'])
  })

  it('offers nothing that has become impossible in the meantime, and says why', () => {
    const over = { ...parent, state: 'completed', endedAt: now } as const
    const plan = endingPlan(over, 'terminate', index([over]), now)
    expect(plan.choices).toEqual([])
    expect(plan.text[0]?.text).toBe('It cannot be terminated: it has completed.')
  })

  it.each([
    ['crash', host, 'Crash host and 3 tasks', { target: host.key, command: { verb: 'crash' } }],
    [
      'terminate',
      parent,
      'Terminate 2 tasks',
      { target: parent.key, command: { verb: 'terminate' }, reason: 'terminated' },
    ],
  ] as const)(
    'asks before it sends a %s: Escape sends nothing and gives the focus back',
    (way, row, button, request) => {
      const { feed, model } = renderWindow(
        <>
          <button type="button">before</button>
          <DialogHost />
        </>,
        list,
      )
      screen.getByRole('button', { name: 'before' }).focus()
      act(() => model.open({ kind: 'kill', target: row.key, way }))
      expect(document.activeElement?.textContent).toBe('Keep running')
      fireEvent.keyDown(screen.getByRole('alertdialog'), { key: 'Escape' })
      expect(screen.queryByRole('alertdialog')).toBeNull()
      expect(feed.asked).toEqual([])
      expect(document.activeElement?.textContent).toBe('before')

      act(() => model.open({ kind: 'kill', target: row.key, way }))
      fireEvent.click(screen.getByRole('button', { name: button }))
      expect(feed.asked).toMatchObject([request])
    },
  )
})

describe('the commands that end things', () => {
  it('ask for a crash always, and for a restart while something lives in it', () => {
    const host = nodeRow('demo', 0, now, { capabilities: { crash: true, restart: true } })
    const { feed, model } = renderWindow(<DialogHost />, [host])
    act(() => runCommand(command('host.crash'), model))
    expect(model.store.getState().dialog).toEqual({ kind: 'kill', target: host.key, way: 'crash' })
    act(model.closeDialog)
    act(() => runCommand(command('host.restart'), model))
    expect(feed.asked.map((asked) => asked.command.verb)).toEqual(['restart'])
    act(() => feed.put(crawl))
    act(() => runCommand(command('host.restart'), model))
    expect(model.store.getState().dialog).toEqual({ kind: 'kill', target: host.key, way: 'restart' })
    expect(feed.asked).toHaveLength(1)
  })
})

function openKill(model: { open(dialog: { kind: 'kill'; target: NodeKey }): void }, target = stuck.key): void {
  act(() => model.open({ kind: 'kill', target }))
}
