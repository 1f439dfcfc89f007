import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { DetailPane } from '../../../renderer/detail/detail-pane.tsx'
import { type Answers, detailOf, now, renderWindow } from '../detail/render-window.tsx'
import { sampleTrace, withTrace } from '../preview/sample-trace.ts'

function show(answers: Answers = {}) {
  const trace = sampleTrace(now)
  localStorage.setItem('taskscope.detail.tab', JSON.stringify('spans'))
  const shown = renderWindow(<DetailPane />, withTrace(new Map(), trace), answers)
  act(() => shown.feed.tellTrace(trace))
  return { ...shown, trace }
}

const spans = () => screen.getByRole('tree', { name: 'Spans' })
const rowNamed = (name: RegExp) => within(spans()).getByRole('treeitem', { name })

describe('the trace of the selected task', () => {
  it('is asked for, and shows every task of it with its states and the spans of its code', () => {
    const { feed } = show()
    expect(feed.watchedTrace).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
    expect(screen.getByText('22 spans')).toBeTruthy()
    expect(screen.getByText('6 open')).toBeTruthy()
    expect(screen.getByText('2 errors')).toBeTruthy()
    expect(rowNamed(/^task crawl/).getAttribute('aria-level')).toBe('1')
    expect(rowNamed(/task index/).getAttribute('aria-level')).toBe('2')
    expect(rowNamed(/task\.suspended/).dataset.open).toBe('')
  })

  it('says whether it is open, partial or complete, and how much is missing', () => {
    const { feed, trace } = show()
    expect(document.querySelector('[data-completeness="open"]')).not.toBeNull()
    const ended = new Map(
      [...trace.tasks].map(([key, task]) => {
        const intervals = { items: task.intervals.items.map((each) => ({ to: now, ...each })), dropped: 0 }
        return [key, { ...task, intervals, row: { ...task.row, endedAt: task.row.endedAt ?? now } }]
      }),
    )
    act(() => feed.tellTrace({ ...trace, tasks: ended, forgotten: 3 }))
    expect(document.querySelector('[data-completeness="partial"]')?.textContent).toBe('partial, 3 missing')
    act(() => feed.tellTrace({ ...trace, tasks: ended }))
    expect(document.querySelector('[data-completeness="complete"]')?.textContent).toBe('complete')
  })

  it('says how much of the critical path is your own suspend', () => {
    show()
    expect(screen.getByRole('region', { name: 'Critical path' }).textContent).toContain('24 % is your suspend')
    fireEvent.click(screen.getByRole('button', { name: 'Critical path' }))
    expect(screen.queryByRole('region', { name: 'Critical path' })).toBeNull()
  })

  it('hides state intervals', () => {
    show()
    fireEvent.click(screen.getByRole('button', { name: 'State intervals' }))
    expect(within(spans()).queryByRole('treeitem', { name: /task\.running/ })).toBeNull()
    expect(rowNamed(/task index/)).toBeTruthy()
  })

  it('goes by keys: down, closed, open, and to the task of a span', () => {
    const { model } = show()
    const tree = spans()
    expect(rowNamed(/^task crawl/).getAttribute('aria-selected')).toBe('true')
    fireEvent.keyDown(tree, { key: 'ArrowLeft' })
    expect(within(tree).getAllByRole('treeitem')).toHaveLength(1)
    fireEvent.keyDown(tree, { key: 'ArrowRight' })
    fireEvent.keyDown(tree, { key: 'End' })
    fireEvent.keyDown(tree, { key: 'ArrowUp' })
    expect(rowNamed(/\/guide\/control/).getAttribute('aria-selected')).toBe('true')
    fireEvent.keyDown(tree, { key: 'Enter' })
    expect(model.store.getState().selection).toBe('demo/f4')
  })

  it('finds spans and goes through them', () => {
    show()
    const field = screen.getByRole('searchbox', { name: 'Find spans' })
    fireEvent.change(field, { target: { value: '/guide/tasks' } })
    expect(screen.getByText('3')).toBeTruthy()
    fireEvent.keyDown(field, { key: 'Enter' })
    expect(screen.getByText('1 of 3')).toBeTruthy()
    fireEvent.keyDown(field, { key: 'Enter', shiftKey: true })
    expect(screen.getByText('3 of 3')).toBeTruthy()
  })

  it('shows of a chosen span its attributes, events and lines, and resumes what is held', () => {
    const { feed, trace } = show()
    fireEvent.click(rowNamed(/task\.suspended/))
    const index = trace.tasks.get('demo/index' as never)?.row
    if (index === undefined) throw new Error('the sample has an index')
    expect(feed.watched).toBe(index.key)
    act(() =>
      feed.tellDetail(
        detailOf(index, {
          logs: { items: [{ stream: 'log', text: 'held on to it', at: now - 1000 }], dropped: 0 },
        }),
      ),
    )
    const detail = screen.getByRole('region', { name: 'Span task.suspended' })
    expect(detail.textContent).toContain('taskscope.entered.by')
    expect(detail.textContent).toContain('held on to it')
    expect(detail.textContent).toContain('open for 3.0 s')
    fireEvent.click(within(detail).getByRole('button', { name: 'Resume index' }))
    expect(feed.asked).toMatchObject([{ target: index.key, command: { verb: 'resume' } }])
  })

  it('takes a person from a line of output to the span that wrote it', () => {
    const { model } = show()
    act(() => model.focusSpan({ task: 'demo/f2' as never, at: now - 10_000 }))
    expect(model.store.getState().selection).toBe('demo/f2')
    expect(rowNamed(/GET \/guide\/tasks.*503/).getAttribute('aria-selected')).toBe('true')
  })

  it('is copied as OTLP JSON', async () => {
    const { invoked } = show({ copyText: () => ({ ok: true, value: undefined }) })
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Copy trace as OTLP JSON' })))
    const copied = invoked.find(({ name }) => name === 'copyText')
    const { text } = (copied?.input ?? { text: '' }) as { readonly text: string }
    const [{ scopeSpans }] = JSON.parse(text).resourceSpans
    expect(scopeSpans.flatMap((scope: { spans: unknown[] }) => scope.spans)).toHaveLength(22)
  })
})
