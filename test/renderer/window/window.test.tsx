import { act, cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Detail } from '../../../core/model/detail.ts'
import type { TaskRow } from '../../../core/model/row.ts'
import { child, host, keyOf, task } from '../row-samples.ts'
import { giveHeight, renderWindow } from './render-window.tsx'

const you = { kind: 'person' } as const
let restore: () => void

beforeEach(() => {
  restore = giveHeight(600)
})

afterEach(() => {
  cleanup()
  restore()
})

function family() {
  return [
    host('host', { name: 'demo' }),
    child('crawl', 'host'),
    child('index', 'crawl', { label: 'batch-041' }),
    child('fetch', 'crawl', { state: 'failed', failure: 'killed', endedAt: 2000 }),
    child('other', 'host'),
  ]
}

function held(row: TaskRow, effectiveAt?: number): TaskRow {
  const hold = { id: 'h', owner: you, how: 'checkpoint' as const, requestedAt: 9000 }
  return {
    ...row,
    ...(effectiveAt === undefined ? {} : { state: 'suspended' as const, stateAt: effectiveAt }),
    holds: [effectiveAt === undefined ? hold : { ...hold, effectiveAt }],
  }
}

describe('the tree', () => {
  it('tells a screen reader and a script what each row is', () => {
    const window = renderWindow(family())
    expect(window.rows()).toEqual(['crawl', 'index', 'fetch', 'other'])
    const fetch = window.row('fetch')
    expect(fetch.dataset).toMatchObject({ taskKey: 'demo/fetch', state: 'failed', kind: 'killed' })
    expect(fetch.getAttribute('aria-level')).toBe('2')
    expect(fetch.getAttribute('aria-posinset')).toBe('2')
    expect(fetch.getAttribute('aria-setsize')).toBe('2')
    expect(fetch.getAttribute('aria-rowindex')).toBe('4')
    expect(window.row('crawl').getAttribute('aria-expanded')).toBe('true')
    expect(window.row('index').dataset.kind).toBeUndefined()
    expect(screen.getByRole('treegrid').getAttribute('aria-rowcount')).toBe('5')
  })

  it('gives a supervisor a row without a state', () => {
    const window = renderWindow([host('host'), host('root', { node: 'supervisor', parent: keyOf('host') })])
    expect(window.row('root').dataset.state).toBeUndefined()
  })

  it('has one tab stop, which the keys carry along with the selection', () => {
    const window = renderWindow(family())
    act(() => window.row('crawl').focus())
    window.press('ArrowDown')
    expect(document.activeElement).toBe(window.row('index'))
    expect(window.row('index').getAttribute('aria-selected')).toBe('true')
    window.press('j')
    window.press('End')
    expect(document.activeElement).toBe(window.row('other'))
    const stops = screen.getAllByRole('row').filter((row) => row.getAttribute('tabindex') === '0')
    expect(stops).toEqual([window.row('other')])
  })

  it('closes with Left, opens with Right, and goes up to the parent', () => {
    const window = renderWindow(family())
    act(() => window.row('fetch').focus())
    window.press('ArrowLeft')
    expect(document.activeElement).toBe(window.row('crawl'))
    window.press('ArrowLeft')
    expect(window.rows()).toEqual(['crawl', 'other'])
    window.press('ArrowRight')
    expect(window.rows()).toEqual(['crawl', 'index', 'fetch', 'other'])
  })

  it('goes into the cells of a row with Right, and back with Left', () => {
    const window = renderWindow(family())
    act(() => window.row('index').focus())
    window.press('ArrowRight')
    expect(document.activeElement?.getAttribute('data-column')).toBe('name')
    window.press('ArrowRight')
    expect(document.activeElement?.getAttribute('data-column')).toBe('state')
    window.press('ArrowLeft')
    window.press('ArrowLeft')
    expect(document.activeElement).toBe(window.row('index'))
  })

  it('collapses and expands everything with brackets', () => {
    const window = renderWindow(family())
    window.press('[')
    expect(window.rows()).toEqual(['crawl', 'other'])
    window.press(']')
    expect(window.rows()).toHaveLength(4)
  })

  it('follows rows that come, change and go', () => {
    const window = renderWindow(family())
    window.frame((feed) => feed.put(child('new', 'crawl')))
    expect(window.rows()).toContain('new')
    window.frame((feed) => feed.put({ ...child('new', 'crawl'), state: 'completed' }))
    expect(window.row('new').dataset.state).toBe('completed')
    window.frame((feed) => feed.remove(keyOf('new')))
    expect(window.rows()).not.toContain('new')
  })

  it('opens what hides a row that is selected from elsewhere', () => {
    const window = renderWindow(family())
    window.press('[')
    act(() => window.model.select(keyOf('fetch')))
    expect(window.row('fetch').getAttribute('aria-selected')).toBe('true')
  })

  it('selects the first task it ever sees, and nothing after that', () => {
    const window = renderWindow([])
    window.frame((feed) => feed.put(...family()))
    expect(window.model.store.getState().selection).toBe(keyOf('crawl'))
    act(() => window.model.select(undefined))
    window.frame((feed) => feed.put(task('late')))
    expect(window.model.store.getState().selection).toBeUndefined()
  })

  it('shows characters that would hide or reorder text instead of obeying them', () => {
    const window = renderWindow([task('a', { name: 'evil\u202ename' })])
    expect(window.row('a').textContent).toContain('evil\\u202ename')
  })

  it('sorts by a column that is pressed, and forgets it at the third press', () => {
    const window = renderWindow([task('b'), task('a'), task('c')])
    const head = screen.getByRole('columnheader', { name: 'Task' })
    fireEvent.click(screen.getByRole('button', { name: 'Task' }))
    expect(window.rows()).toEqual(['a', 'b', 'c'])
    expect(head.getAttribute('aria-sort')).toBe('ascending')
    fireEvent.click(screen.getByRole('button', { name: 'Task' }))
    expect(window.rows()).toEqual(['c', 'b', 'a'])
    fireEvent.click(screen.getByRole('button', { name: 'Task' }))
    expect(window.rows()).toEqual(['b', 'a', 'c'])
  })
})

describe('the toolbar', () => {
  const acts = ['Suspend', 'Resume', 'Step', 'Cancel', 'Kill', 'Retry']

  it('keeps every act in its place and says that nothing is selected', () => {
    const window = renderWindow([])
    for (const name of acts) {
      const button = window.button(name)
      expect(button.getAttribute('aria-disabled')).toBe('true')
      expect(reasonOf(button)).toBe('no task is selected')
    }
  })

  it('offers by state, and gives the reason where it does not', () => {
    const window = renderWindow([task('a')])
    act(() => window.model.select(keyOf('a')))
    expect(window.button('Suspend').getAttribute('aria-disabled')).toBeNull()
    expect(reasonOf(window.button('Resume'))).toBe('it is not held')
    expect(reasonOf(window.button('Retry'))).toBe('it has not ended')
  })

  it('gives the reason of the source for what it can never do', () => {
    const window = renderWindow([task('a', { capabilities: { kill: 'it shares its host' } })])
    act(() => window.model.select(keyOf('a')))
    fireEvent.click(window.button('Kill'))
    expect(reasonOf(window.button('Kill'))).toBe('it shares its host')
    expect(window.model.store.getState().dialog).toBeUndefined()
  })

  it('sends what is pressed, and only asks before a kill', () => {
    const window = renderWindow([task('a')])
    act(() => window.model.select(keyOf('a')))
    fireEvent.click(window.button('Suspend'))
    fireEvent.click(window.button('Cancel'))
    fireEvent.click(window.button('Kill'))
    expect(window.feed.asked.map(({ command }) => command.verb)).toEqual(['suspend', 'cancel'])
    expect(window.model.store.getState().dialog).toEqual({ kind: 'kill', target: keyOf('a') })
  })

  it('follows the selected row as it changes', () => {
    const window = renderWindow([task('a')])
    act(() => window.model.select(keyOf('a')))
    window.frame((feed) => feed.put(held(task('a'), 9500)))
    expect(reasonOf(window.button('Suspend'))).toBe('you hold it already')
    expect(window.button('Step').getAttribute('aria-disabled')).toBeNull()
    window.press('F8')
    expect(window.feed.asked.at(-1)?.command).toEqual({ verb: 'resume', all: true })
  })
})

describe('the filter', () => {
  it('is reached with a slash, counts, and is cleared with Escape', () => {
    const window = renderWindow(family())
    window.press('/')
    const field = screen.getByRole('searchbox', { name: 'Filter tasks' })
    expect(document.activeElement).toBe(field)
    fireEvent.change(field, { target: { value: 'batch' } })
    expect(window.rows()).toEqual(['crawl', 'index'])
    expect(screen.getAllByText('1 of 4').length).toBeGreaterThan(0)
    fireEvent.keyDown(field, { key: 'Escape' })
    expect(window.rows()).toHaveLength(4)
  })

  it('helps when nothing matches', () => {
    const window = renderWindow(family())
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'zzz' } })
    expect(screen.getByText(/0 of 4 tasks match/)).toBeTruthy()
    const ways = screen.getAllByRole('button', { name: 'Clear the filter' })
    fireEvent.click(ways.at(-1) as HTMLElement)
    expect(window.rows()).toHaveLength(4)
  })

  it('shows only the states that are pressed in the facet, and counts them', () => {
    const window = renderWindow(family())
    const killed = document.querySelector<HTMLElement>('[data-face="killed"]')
    expect(killed?.textContent).toBe('killed1')
    fireEvent.click(killed as HTMLElement)
    expect(window.rows()).toEqual(['crawl', 'fetch'])
  })
})

describe('freezing the view', () => {
  it('stops rows, counts what waits, and shows the newest afterwards', () => {
    const window = renderWindow([task('a')])
    fireEvent.click(window.button('Freeze view'))
    window.frame((feed) => feed.put(task('a', { state: 'completed' }), task('b')))
    expect(window.row('a').dataset.state).toBe('running')
    expect(screen.getByText(/2 changes waiting/)).toBeTruthy()
    fireEvent.click(window.button('Go on'))
    expect(window.row('a').dataset.state).toBe('completed')
    expect(window.rows()).toContain('b')
    expect(window.feed.asked).toEqual([])
  })
})

describe('messages', () => {
  it('say nothing when a button is pressed, and speak when the effect is there', () => {
    const window = renderWindow([task('a')])
    act(() => window.model.select(keyOf('a')))
    fireEvent.click(window.button('Suspend'))
    const request = window.feed.asked[0]
    expect(request).toBeDefined()
    if (request === undefined) return
    window.frame((feed) => feed.put(task('a', { control: { request, acknowledgedAt: 10_002 } })))
    expect(screen.queryByRole('status')).toBeNull()
    window.frame((feed) => feed.put(held(task('a'), 10_041)))
    expect(screen.getByRole('status').textContent).toContain('a suspended 41 ms after you asked')
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }))
    expect(window.feed.asked.at(-1)?.command.verb).toBe('resume')
  })

  it('say nothing of a refusal', () => {
    const window = renderWindow([held(task('a'), 9000)])
    act(() => window.model.select(keyOf('a')))
    fireEvent.click(window.button('Step'))
    const request = window.feed.asked[0]
    if (request === undefined) throw new Error('nothing was asked')
    const control = { request, refusedAt: 10_002, refusal: 'it ended first' }
    window.frame((feed) => feed.put({ ...held(task('a'), 9000), control }))
    expect(screen.queryByRole('status')).toBeNull()
  })

  it('take the time from the record of the control when the detail has it', () => {
    const window = renderWindow([task('a')])
    act(() => window.model.select(keyOf('a')))
    fireEvent.click(window.button('Cancel'))
    const request = window.feed.asked[0]
    if (request === undefined) throw new Error('nothing was asked')
    const row = task('a', { state: 'cancelled', stateAt: 10_100, endedAt: 10_100 })
    const none = { items: [], dropped: 0 }
    const detail: Detail = {
      key: row.key,
      row,
      questions: [],
      controls: [{ request, acknowledgedAt: 10_001, effectiveAt: 10_007 }],
      intervals: [],
      events: none,
      logs: none,
      spans: none,
      findings: none,
      offers: [],
    }
    window.frame((feed) => feed.tellDetail(detail))
    expect(screen.getByRole('status').textContent).toContain('a cancelled 7 ms after you asked')
  })
})

describe('a lost connection', () => {
  it('keeps the rows, says how old they are, and offers to connect again', () => {
    const window = renderWindow([task('a')])
    window.frame((feed) => feed.tellState({ state: 'closed' }))
    expect(window.rows()).toEqual(['a'])
    expect(screen.getByRole('alert').textContent).toContain('Connection to the tasks lost')
    expect(window.button('Connect again')).toBeTruthy()
  })
})

function reasonOf(button: HTMLElement): string | undefined {
  const id = button.getAttribute('aria-describedby')
  return id === null ? undefined : (document.getElementById(id)?.textContent ?? undefined)
}
