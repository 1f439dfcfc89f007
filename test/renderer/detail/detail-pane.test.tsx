import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { ControlRecord, ControlVerb } from '../../../core/model/control.ts'
import { controlId, nodeId } from '../../../core/model/identity.ts'
import { DetailPane } from '../../../renderer/detail/detail-pane.tsx'
import { nodeRow, taskRow } from '../preview/sample-rows.ts'
import { detailOf, now, renderWindow } from './render-window.tsx'

const host = nodeRow('demo', 0, now - 60_000, {
  node: 'host',
  capabilities: { freeze: true, thaw: true, takeStack: true, stop: true, kill: true, start: true, restart: true },
  facts: { pid: 41822 },
})
const task = taskRow(now, 1, { id: 't1', of: 'demo', name: 'tokenize' })

function asked(command: ControlVerb, facts: Partial<ControlRecord> = {}, ago = 1200): ControlRecord {
  return {
    request: {
      id: controlId('c1'),
      target: task.key,
      by: { kind: 'person' },
      requestedAt: now - ago,
      command,
    },
    ...facts,
  }
}

function cells(): readonly (string | null)[] {
  return screen.getAllByRole('cell').map((cell) => cell.textContent)
}

describe('the controls of a task', () => {
  it('show a suspend that waits at a checkpoint as acknowledged and not effective', () => {
    const control = asked({ verb: 'suspend' }, { acknowledgedAt: now - 1197 })
    const row = { ...task, control }
    renderWindow(<DetailPane />, [row, host])
    expect(cells().slice(1)).toEqual(['+3 ms', 'waiting 1.2 soverdue in 3.8 s'])
    expect(screen.getByText(/You asked it to suspend 1\.2 s ago/).textContent).toContain('held only at a checkpoint')
    // The head says what was asked, never that it is so.
    expect(screen.getByText('running')).toBeTruthy()
    expect(screen.queryByText('suspended')).toBeNull()
  })

  it('show who refused what and why', () => {
    const control = asked(
      { verb: 'step' },
      { acknowledgedAt: now - 1198, refusedAt: now - 1198, refusal: 'not suspended' },
    )
    renderWindow(<DetailPane />, [{ ...task, control }, host])
    expect(cells().slice(1)).toEqual(['+2 ms', 'refusednot suspended'])
  })

  it('say that nobody answered, and offer to wait, to withdraw and to freeze the host', () => {
    const control = asked({ verb: 'suspend' }, { acknowledgedAt: now - 5998, noAnswerAt: now - 1000 }, 6000)
    const hold = { id: 'h', owner: { kind: 'person' }, how: 'checkpoint', requestedAt: now - 6000 } as const
    const { feed } = renderWindow(<DetailPane />, [{ ...task, control, holds: [hold] }, host])
    expect(cells()[2]).toBe('no answer6.0 s, still open')
    const table = screen.getByRole('table', { name: 'Controls' })
    fireEvent.click(within(table).getByRole('button', { name: 'Withdraw suspend' }))
    fireEvent.click(within(table).getByRole('button', { name: 'Freeze host' }))
    expect(feed.asked.map(({ target, command }) => [target, command.verb])).toEqual([
      [task.key, 'resume'],
      [host.key, 'freeze'],
    ])
    fireEvent.click(within(table).getByRole('button', { name: 'Wait' }))
    expect(within(table).queryByRole('button', { name: 'Wait' })).toBeNull()
  })
})

describe('a question of a task', () => {
  const row = { ...task, state: 'input_required' as const, questions: 1 }
  const question = {
    requestId: 'q1',
    message: 'Which \u202epython?',
    askedAt: now - 3000,
    schema: {
      type: 'object',
      properties: { topic: { type: 'string', title: 'Topic' }, depth: { type: 'integer', minimum: 1, default: 2 } },
      required: ['topic'],
    },
  }

  function open() {
    const opened = renderWindow(<DetailPane />, [row, host])
    act(() => opened.feed.tellDetail(detailOf(row, { questions: [question] })))
    return opened
  }

  it('is answered where it stands, with values that keep to its schema', () => {
    const { feed } = open()
    fireEvent.change(screen.getByLabelText('Topic'), { target: { value: 'the language' } })
    fireEvent.click(screen.getByRole('button', { name: 'Send answer' }))
    expect(feed.asked.at(-1)?.command).toEqual({
      verb: 'answer',
      requestId: 'q1',
      answer: { action: 'accept', content: { topic: 'the language', depth: 2 } },
    })
  })

  it('is not sent while something is wrong, and nothing typed is lost', () => {
    const { feed } = open()
    fireEvent.change(screen.getByLabelText(/depth/), { target: { value: '0' } })
    fireEvent.click(screen.getByRole('button', { name: 'Send answer' }))
    expect(feed.asked).toEqual([])
    expect(screen.getByText('is needed')).toBeTruthy()
    expect(screen.getByText('must be at least 1')).toBeTruthy()
    act(() => feed.tellDetail(detailOf(row, { questions: [question] })))
    expect((screen.getByLabelText(/depth/) as HTMLInputElement).value).toBe('0')
  })

  it('can be declined or dismissed without an answer', () => {
    const { feed } = open()
    fireEvent.click(screen.getByRole('button', { name: 'Decline' }))
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }))
    const answers = feed.asked.map(({ command }) => (command.verb === 'answer' ? command.answer.action : undefined))
    expect(answers).toEqual(['decline', 'cancel'])
  })

  it('shows the characters that would turn it round', () => {
    open()
    expect(screen.getByText('\\u202e')).toBeTruthy()
  })
})

describe('how a task ended', () => {
  it('shows an error with its causes, each frame a link into the editor', async () => {
    const row = { ...task, state: 'failed' as const, failure: 'error' as const, endedAt: now - 100 }
    const { feed, invoked } = renderWindow(<DetailPane />, [row, host], {
      openInEditor: () => ({ ok: true, value: undefined }),
    })
    const outcome = {
      status: 'failed',
      kind: 'error',
      error: {
        name: 'UploadError',
        message: 'refused',
        stack: 'UploadError: refused\n    at put (/work/upload.ts:112:7)\n    at node:internal/x:1:2',
        cause: { name: 'Error', message: 'ECONNREFUSED', code: 'ECONNREFUSED' },
      },
    } as const
    act(() => feed.tellDetail(detailOf(row, { outcome })))
    expect(screen.getByText('caused by')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'upload.ts:112' }))
    await waitFor(() =>
      expect(invoked).toEqual([{ name: 'openInEditor', input: { file: '/work/upload.ts', line: 112, column: 7 } }]),
    )
  })

  it('never reads a result as markup', () => {
    const row = { ...task, state: 'completed' as const, endedAt: now - 100 }
    const { feed } = renderWindow(<DetailPane />, [row, host])
    const text = '<img src=x onerror=alert(1)> **bold** \u001b[31m'
    const value = { format: 'text', text, size: text.length, truncated: false } as const
    act(() => feed.tellDetail(detailOf(row, { outcome: { status: 'completed', value } })))
    const result = screen.getByRole('region', { name: 'Result' })
    expect(result.querySelector('img, b, strong, script')).toBeNull()
    expect(result.textContent).toContain('<img src=x onerror=alert(1)> **bold** \\x1b[31m')
  })
})

describe('the pane', () => {
  it('says what to do while nothing is selected', () => {
    renderWindow(<DetailPane />, [])
    expect(screen.getByText(/Select a task/)).toBeTruthy()
  })

  it('stays on a pinned task until it is unpinned', () => {
    const other = taskRow(now, 2, { id: 't2', of: 'demo', name: 'crawl' })
    const { model } = renderWindow(<DetailPane />, [task, other, host])
    fireEvent.click(screen.getByRole('button', { name: 'Pin' }))
    act(() => model.select(other.key))
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('tokenize')
    fireEvent.click(screen.getByRole('button', { name: 'Unpin' }))
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('crawl')
  })

  it('reads the state when asked, and says as of when it is', () => {
    const { feed } = renderWindow(<DetailPane />, [task, host])
    fireEvent.mouseDown(screen.getByRole('tab', { name: 'State' }))
    fireEvent.click(screen.getByRole('button', { name: 'Read state' }))
    expect(feed.asked.at(-1)?.command).toEqual({ verb: 'getState' })
    const value = { format: 'json', text: '{"pages":3}', size: 11, truncated: false } as const
    act(() => feed.tellDetail(detailOf(task, { live: { value, at: now - 2000 } })))
    expect(screen.getByText(/as of .*2\.0 s ago/)).toBeTruthy()
    expect(screen.getByRole('region', { name: 'Live state' }).textContent).toContain('pages')
  })

  it('shows what a host offers and runs it', () => {
    const { feed, model } = renderWindow(<DetailPane />, [host])
    const offers = [{ name: 'crawl' }, { name: 'gone', unavailable: 'it is not exported any more' }]
    act(() => feed.tellDetail(detailOf(host, { offers })))
    fireEvent.click(screen.getByRole('button', { name: 'Run gone' }))
    expect(model.store.getState().dialog).toBeUndefined()
    fireEvent.click(screen.getByRole('button', { name: 'Run crawl' }))
    expect(model.store.getState().dialog).toEqual({ kind: 'run', target: host.key, offer: 'crawl' })
  })

  it('asks before it stops a host', () => {
    const { feed, model } = renderWindow(<DetailPane />, [host, task])
    fireEvent.click(screen.getByRole('button', { name: 'Stop…' }))
    expect(feed.asked).toEqual([])
    expect(model.store.getState().dialog).toEqual({ kind: 'kill', target: host.key })
    fireEvent.click(screen.getByRole('button', { name: 'Reload' }))
    expect(feed.asked.at(-1)?.command).toEqual({ verb: 'restart' })
  })

  it('tells streams apart by a word and counts what was dropped', () => {
    const row = { ...task, id: nodeId('t1') }
    const { feed } = renderWindow(<DetailPane />, [row, host])
    fireEvent.mouseDown(screen.getByRole('tab', { name: /Console/ }))
    const items = [{ at: now, stream: 'stderr', text: 'oh\nno' }] as const
    act(() => feed.tellDetail(detailOf(row, { logs: { items, dropped: 7 } })))
    expect(screen.getByText('7 older lines were let go')).toBeTruthy()
    expect(screen.getByRole('tab', { name: /Console/ }).textContent).toBe('Console8')
  })
})
