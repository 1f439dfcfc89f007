import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Button } from '../../../renderer/widgets/button.tsx'
import { Menu, MenuItem } from '../../../renderer/widgets/menu.tsx'
import { TooltipProvider } from '../../../renderer/widgets/tooltip.tsx'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function renderBar(): void {
  render(
    <TooltipProvider>
      <Menu trigger={<Button name="More" hint="more acts" />}>
        <MenuItem onSelect={() => undefined}>Copy</MenuItem>
      </Menu>
      <Button name="Freeze" hint="stops the screen" />
    </TooltipProvider>,
  )
}

function rest(name: string): void {
  fireEvent.pointerMove(screen.getByRole('button', { name }), { pointerType: 'mouse' })
  act(() => void vi.advanceTimersByTime(1000))
}

describe('a hint', () => {
  it('appears where the pointer rests', () => {
    renderBar()
    rest('Freeze')
    expect(screen.getByRole('tooltip').textContent).toContain('stops the screen')
  })

  it('names a button that only has room for its icon, and no other', () => {
    render(
      <TooltipProvider>
        <Button icon={<svg />}>Connect</Button>
      </TooltipProvider>,
    )
    rest('Connect')
    expect(screen.queryByRole('tooltip')).toBeNull()
    fireEvent.pointerLeave(screen.getByRole('button', { name: 'Connect' }))
    // What a narrow toolbar leaves of the words.
    Object.defineProperty(screen.getByText('Connect'), 'offsetWidth', { value: 1 })
    rest('Connect')
    expect(screen.getByRole('tooltip').textContent).toBe('Connect')
  })

  it('stays away while a menu is open, so that the first Escape closes the menu', () => {
    renderBar()
    fireEvent.keyDown(screen.getByRole('button', { name: 'More' }), { key: 'Enter' })
    expect(screen.getByRole('menu')).toBeDefined()
    rest('Freeze')
    rest('More')
    expect(screen.queryByRole('tooltip')).toBeNull()
    fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' })
    expect(screen.queryByRole('menu')).toBeNull()
  })
})
