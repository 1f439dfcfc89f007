/** The window as its users and these tests find their way in it: by role, name and data attributes, never by style. */
import { expect, type Locator, type Page } from '@playwright/test'

export function tree(page: Page): Locator {
  return page.getByRole('treegrid', { name: 'Tasks' })
}

/** The newest row whose name or label says this. */
export function row(page: Page, name: string): Locator {
  const says = page.locator('[data-column=name]').filter({ hasText: name })
  return tree(page).getByRole('row').filter({ has: says }).last()
}

export async function select(page: Page, name: string): Promise<Locator> {
  const found = row(page, name)
  await found.click()
  await expect(found).toHaveAttribute('aria-selected', 'true')
  return found
}

export function button(page: Page, name: string): Locator {
  return page.getByRole('toolbar').getByRole('button', { name, exact: true })
}

export async function press(page: Page, name: string): Promise<void> {
  const found = button(page, name)
  await expect(found).toBeEnabled()
  await found.click()
}

/** What always has to work: a task can be held and let go. */
export async function suspendAndResume(page: Page, name: string): Promise<void> {
  const task = await select(page, name)
  await press(page, 'Suspend')
  await expect(task).toHaveAttribute('data-state', 'suspended')
  await press(page, 'Resume')
  await expect(task).toHaveAttribute('data-state', 'running')
}

/** The messages that float above the timeline. */
export function messages(page: Page): Locator {
  return page.getByRole('region', { name: 'Messages' })
}

/** Waits until a condition on the outside world holds. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeout = 15_000,
): Promise<void> {
  await expect.poll(condition, { message: what, timeout }).toBe(true)
}
