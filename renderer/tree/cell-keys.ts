/** Moves the focus among the cells of one row; Left from the first goes back to the row. True when it did. */
export function moveInCells(event: {
  readonly key: string
  readonly target: EventTarget
  preventDefault(): void
}): boolean {
  const { target } = event
  if (!(target instanceof HTMLElement)) return false
  const step =
    event.key === 'ArrowRight' || event.key === 'l' ? 1 : event.key === 'ArrowLeft' || event.key === 'h' ? -1 : 0
  const row = target.closest<HTMLElement>('[role="row"]')
  if (row === null) return false
  const cells = [...row.querySelectorAll<HTMLElement>('[role="gridcell"]')]
  const place = cells.indexOf(target)
  if (step !== 0) {
    event.preventDefault()
    const next = place + step
    if (next < 0) row.focus()
    else cells[next]?.focus()
    return true
  }
  if (event.key === 'Home' || event.key === 'End') {
    event.preventDefault()
    cells.at(event.key === 'Home' ? 0 : -1)?.focus()
    return true
  }
  return false
}
