import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { nodeId, nodeKey } from '../../../core/model/identity.ts'
import { Timeline } from '../../../renderer/timeline/timeline.tsx'
import { now, renderWindow } from '../detail/render-window.tsx'
import { taskRow } from '../preview/sample-rows.ts'

const crawl = taskRow(now, 1, { id: 'a', of: 'demo', name: 'crawl', label: 'docs' })
const index = taskRow(now, 2, { id: 'b', of: 'demo', name: 'index', state: 'suspended' })

describe('the timeline', () => {
  it('names a lane per task with its state, and selects by them', () => {
    const { model } = renderWindow(<Timeline />, [crawl, index])
    const lanes = screen.getAllByRole('option')
    expect(lanes.map((lane) => lane.textContent)).toEqual(['crawl docs, running', 'index, suspended'])
    expect(lanes[0]?.getAttribute('aria-selected')).toBe('true')
    fireEvent.click(screen.getByRole('option', { name: /^index.*suspended$/ }))
    expect(model.store.getState().selection).toBe(index.key)
  })

  it('is one stop for Tab; arrows go from lane to lane', () => {
    renderWindow(<Timeline />, [crawl, index])
    const [first, last] = screen.getAllByRole('option')
    expect([first?.tabIndex, last?.tabIndex]).toEqual([0, -1])
    first?.focus()
    fireEvent.keyDown(first as HTMLElement, { key: 'ArrowDown' })
    expect(document.activeElement).toBe(last)
    expect([first?.tabIndex, last?.tabIndex]).toEqual([-1, 0])
    fireEvent.keyDown(last as HTMLElement, { key: 'Home' })
    expect(document.activeElement).toBe(first)
  })

  it('leaves only its head and minimap when it is collapsed', () => {
    renderWindow(<Timeline />, [crawl])
    fireEvent.click(screen.getByRole('button', { name: 'Hide the lanes' }))
    expect(screen.queryByRole('option')).toBeNull()
    expect(screen.getByRole('img', { name: 'Live tasks over the session' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Show the lanes' }))
    expect(screen.getAllByRole('option')).toHaveLength(1)
  })

  it('gives tasks their lanes as they come and go, without waiting for the clock', async () => {
    const { feed } = renderWindow(<Timeline />, [crawl])
    act(() => feed.put(index))
    expect(await screen.findByRole('option', { name: /^index/ })).toBeTruthy()
    act(() => feed.put({ ...index, name: 'embed', key: nodeKey(index.source, nodeId('c')), id: nodeId('c'), ord: 3 }))
    expect(await screen.findByRole('option', { name: /^embed/ })).toBeTruthy()
    act(() => feed.remove(index.key))
    await waitFor(() => expect(screen.queryByRole('option', { name: /^index/ })).toBeNull())
  })

  it('stands still when it is told not to follow', () => {
    renderWindow(<Timeline />, [crawl])
    const follow = screen.getByRole('button', { name: 'Follow now' })
    expect(follow.getAttribute('aria-pressed')).toBe('true')
    fireEvent.click(follow)
    expect(follow.getAttribute('aria-pressed')).toBe('false')
  })

  it('says so when nothing lived in the stretch in view', () => {
    renderWindow(<Timeline />, [])
    expect(screen.getByText('No task lived in this stretch of time.')).toBeTruthy()
  })
})
