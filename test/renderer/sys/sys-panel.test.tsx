/** The State tab as the panel of a task's debugging: what it asks for, and what it shows of the answers. */
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { Capabilities } from '../../../core/model/capability.ts'
import type { Detail } from '../../../core/model/detail.ts'
import type { Payload } from '../../../core/model/payload.ts'
import { OverviewTab } from '../../../renderer/detail/overview-tab.tsx'
import { StateTab } from '../../../renderer/detail/state-tab.tsx'
import { DialogHost } from '../../../renderer/dialogs/dialog-host.tsx'
import { detailOf, now, renderWindow } from '../detail/render-window.tsx'
import { nodeRow, taskRow } from '../preview/sample-rows.ts'

const debuggable: Capabilities = {
  suspend: true,
  cancel: true,
  getState: true,
  replaceState: true,
  getStatistics: true,
  log: true,
  logToFile: true,
  trace: true,
  install: true,
  remove: true,
  noDebug: true,
  terminate: true,
}
const host = nodeRow('demo', 0, now - 60_000, {
  node: 'host',
  capabilities: { setBreakpoint: true, removeBreakpoint: true, crash: true, restart: true },
  breakpoints: [{ id: 'b1', on: { kind: 'error' }, scope: { name: 'crawl' } }],
})
const task = taskRow(now, 1, { id: 't1', of: 'demo', name: 'crawl', label: 'a.org', capabilities: debuggable })

function json(value: unknown): Payload {
  const text = JSON.stringify(value)
  return { format: 'json', text, size: text.length, truncated: false }
}

function show(facts: Partial<Detail> = {}, row = task) {
  const window = renderWindow(<StateTab row={row} detail={detailOf(row, facts)} />, [row, host])
  return { ...window, asked: () => window.feed.asked.map(({ target, command }) => ({ target, ...command })) }
}

const click = (name: string) => fireEvent.click(screen.getByRole('button', { name }))
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })

describe('the state', () => {
  it('is changed by a patch; what is no JSON is told and asks for nothing', () => {
    const { asked } = show({ live: { value: json({ pages: 1 }), at: now } })
    click('Change state…')
    const editor = screen.getByRole('textbox', { name: /New state/ })
    fireEvent.change(editor, { target: { value: '{ "pages": ' } })
    click('Apply')
    expect(screen.getByRole('alert').textContent).toContain('this ends too early')
    fireEvent.change(editor, { target: { value: '{ "pages": 7 }' } })
    click('Apply')
    expect(asked()).toEqual([{ target: task.key, verb: 'replaceState', change: { patch: { pages: 7 } } }])
  })

  it('shows old beside new of the newest change, and undoes it', () => {
    const replaced = {
      by: { kind: 'person' },
      before: json({ pages: 1, old: 1 }),
      after: json({ pages: 7 }),
      at: now,
    } as const
    const { asked } = show({ inspection: { replaced } })
    const section = screen.getByRole('region', { name: 'State changed' })
    expect(section.textContent).toContain('by you')
    expect(
      within(section)
        .getAllByRole('deletion')
        .map((each) => each.textContent),
    ).toEqual(['1', '1'])
    expect(
      within(section)
        .getAllByRole('insertion')
        .map((each) => each.textContent),
    ).toEqual(['7', 'taken out'])
    click('Undo')
    expect(asked()).toEqual([{ target: task.key, verb: 'replaceState', change: { undo: true } }])
  })

  it('says that a change waits, and why it was refused', () => {
    const request = {
      id: 'c' as never,
      target: task.key,
      by: { kind: 'person' },
      requestedAt: now,
      command: { verb: 'replaceState', change: { set: 1 } },
    } as const
    show({ controls: [{ request }] })
    expect(screen.getByText('The change waits for the next checkpoint.')).toBeTruthy()
  })

  it('of a task that has ended is not changed any more', () => {
    show({}, { ...task, state: 'completed', endedAt: now })
    expect(screen.queryByRole('button', { name: 'Change state…' })).toBeNull()
  })
})

describe('breakpoints', () => {
  it('are listed and removed', () => {
    const { asked } = show()
    expect(screen.getByRole('list', { name: 'Breakpoints' }).textContent).toBe('error in crawl')
    click('Remove breakpoint error in crawl')
    expect(asked()).toEqual([{ target: host.key, verb: 'removeBreakpoint', breakpoint: 'b1' }])
  })

  it('are added for the tasks of this name, or for others when that is chosen', () => {
    const { asked } = show()
    type('Break on', 'checkpoint page 41')
    click('Add breakpoint')
    type('Break on', 'start')
    type('Which tasks', 'under')
    click('Add breakpoint')
    expect(asked()).toMatchObject([
      { target: host.key, breakpoint: { on: { kind: 'checkpoint', label: 'page 41' }, scope: { name: 'crawl' } } },
      { breakpoint: { on: { kind: 'start' }, scope: { under: 't1' } } },
    ])
  })

  it('that nobody understands are told in one sentence and not set', () => {
    const { asked } = show()
    type('Break on', 'when it rains')
    click('Add breakpoint')
    expect(screen.getByRole('alert').textContent).toContain('not "when"')
    expect(asked()).toEqual([])
  })
})

describe('log, trace and statistics', () => {
  it('are asked for, each by its own control', () => {
    const { asked } = show()
    type('Keep the newest', '50')
    click('Trace')
    type('File', '/tmp/events.ndjson')
    click('Log to file')
    click('Read statistics')
    expect(asked().map(({ target: _, ...command }) => command)).toEqual([
      { verb: 'log', size: 50 },
      { verb: 'trace', on: true },
      { verb: 'logToFile', file: '/tmp/events.ndjson' },
      { verb: 'getStatistics' },
    ])
  })

  it('show what was told', () => {
    show({
      inspection: {
        debug: { trace: true, logSize: 10, file: '/tmp/e', hooks: [{ id: 'h', text: 'assertion pages < 3' }] },
        statistics: { value: { now, runningMs: 1500, checkpoints: 12, updates: 3, holds: 1, waits: 4 }, at: now },
      },
    })
    expect(screen.getByRole('button', { name: 'Trace' }).getAttribute('aria-pressed')).toBe('true')
    expect(screen.getByText(/Every event goes to/).textContent).toContain('/tmp/e')
    expect(screen.getByRole('list', { name: 'Debug functions' }).textContent).toBe('assertion pages < 3')
    expect(screen.getByRole('region', { name: 'Statistics' }).textContent).toContain('Checkpoints12')
  })
})

describe('debug functions', () => {
  it('are installed from a few words, and all taken off by one button', () => {
    const { asked } = show({ inspection: { debug: { trace: true, logSize: 0, hooks: [] } } })
    type('Debug function', 'pages < 3')
    click('Install')
    type('Kind of debug function', 'fault')
    type('Debug function', 'page 3: disk full')
    click('Install')
    click('No debug')
    expect(asked()).toMatchObject([
      { verb: 'install', hook: { kind: 'assertion', holds: { path: 'pages', is: '<', than: 3 } } },
      { verb: 'install', hook: { kind: 'fault', at: 'page 3', message: 'disk full' } },
      { verb: 'noDebug' },
    ])
  })

  it('are beside the way to end the task, which asks first', () => {
    const { asked, model } = show({ inspection: { debug: { trace: true, logSize: 0, hooks: [] } } })
    click('Terminate…')
    expect(asked()).toEqual([])
    expect(model.store.getState().dialog).toEqual({ kind: 'kill', target: task.key, way: 'terminate' })
  })
})

describe('a failed row', () => {
  const failedRow = { ...task, state: 'failed', failure: 'error', endedAt: now } as const
  const outcome = { status: 'failed', kind: 'error', error: { name: 'Error', message: 'no route' } } as const

  it('opens its crash report with one click, and copies it in three forms', async () => {
    const detail = detailOf(failedRow, { outcome })
    const { feed, invoked } = renderWindow(
      <>
        <OverviewTab row={failedRow} detail={detail} />
        <DialogHost />
      </>,
      [failedRow, host],
      { copyText: () => ({ ok: true, value: undefined }) },
    )
    act(() => feed.tellDetail(detail))
    click('Crash report…')
    const dialog = screen.getByRole('dialog', { name: 'Crash report of crawl' })
    expect(within(dialog).getByRole('region', { name: 'Crash report' }).textContent).toContain(
      'reason:        Error: no route',
    )
    for (const name of ['Copy text', 'Copy JSON', 'Copy issue']) {
      await act(async () => fireEvent.click(within(dialog).getByRole('button', { name })))
    }
    const texts = invoked.filter(({ name }) => name === 'copyText').map(({ input }) => (input as { text: string }).text)
    expect(texts[0]).toMatch(/^CRASH REPORT crawl a\.org/)
    expect(JSON.parse(texts[1] ?? '')).toMatchObject({ error: { class: 'error' } })
    expect(texts[2]).toMatch(/^### crawl a\.org failed: Error: no route/)
    expect(screen.getByRole('status').textContent).toBe('Copied as issue')
  })
})
