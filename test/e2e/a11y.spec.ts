/**
 * Everyone's window: axe-core finds nothing in any tab, menu or dialog of either theme; the tree goes by the keys of the APG
 * treegrid pattern; nothing moves for those who asked for it.
 */
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { prepareAxe, violations } from './axe.ts'
import { type LaunchedApp, launchApp } from './launch.ts'
import { answerDialogs } from './native-dialogs.ts'
import { row, select, tree } from './window.ts'

const recording = fileURLToPath(new URL('../fixtures/captures/stall.jsonl', import.meta.url))

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    let launched: LaunchedApp
    let page: Page

    test.beforeAll(async () => {
      launched = await launchApp({ args: [`--theme=${theme}`] })
      page = launched.page
      await expect.poll(() => tree(page).locator('[role=row][data-state]').count()).toBeGreaterThanOrEqual(8)
      await prepareAxe(page)
    })

    test.afterEach(() => {
      expect(launched.pageErrors).toEqual([])
    })

    test.afterAll(async () => {
      await launched.close()
    })

    test('no tab of a task or a host has a violation', async () => {
      expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(theme === 'dark')
      await select(page, 'docs.example.dev')
      await eachTab(page, async (tab) => expect(await violations(page), `a task, ${tab}`).toEqual([]))
      for (const name of ['report', '/api/legacy', '/blog']) {
        await select(page, name)
        await page.getByRole('tab', { name: 'Overview' }).click()
        expect(await violations(page), name).toEqual([])
      }
      await page.locator('[data-source-key="demo/host"]').click()
      await eachTab(page, async (tab) => expect(await violations(page), `host, ${tab}`).toEqual([]))
      await page.getByRole('button', { name: 'All sources' }).click()
    })

    test('no dialog and no menu has a violation', async () => {
      await select(page, 'docs.example.dev')
      for (const [what, open] of floating(page)) {
        await open()
        const shown = page.getByRole('dialog').or(page.getByRole('alertdialog')).or(page.getByRole('menu'))
        await expect(shown.first()).toBeVisible()
        // What floats stands at the end of the document, above all landmarks and in none.
        expect(await violations(page, ['region']), what).toEqual([])
        await page.keyboard.press('Escape')
        await expect(shown).toHaveCount(0)
      }
    })

    test('histograms and a recording with its frames and findings have no violation', async () => {
      await page.getByRole('radio', { name: 'Histograms' }).click()
      // The tooltip of what was pressed last floats above all landmarks.
      expect(await violations(page, ['region']), 'histograms').toEqual([])
      await page.getByRole('radio', { name: 'Lanes' }).click()
      await answerDialogs(launched.app, { file: recording, consent: false })
      await runCommand(page, 'Open a recording')
      await select(page, 'simulate-research-query')
      await page.getByRole('tab', { name: 'Overview' }).click()
      expect(await violations(page, ['region']), 'a recorded task').toEqual([])
      await page.getByRole('tab', { name: 'Frames' }).click()
      await page.getByRole('listbox', { name: 'Frames' }).getByRole('option').first().click()
      expect(await violations(page, ['region']), 'a frame').toEqual([])
    })
  })
}

async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill(title)
  await page.getByRole('option', { name: title }).first().click()
}

async function eachTab(page: Page, check: (name: string) => Promise<void>): Promise<void> {
  const tabs = page.getByRole('tablist', { name: 'Details' }).getByRole('tab')
  for (let place = 0; place < (await tabs.count()); place += 1) {
    const tab = tabs.nth(place)
    await tab.click()
    await expect(tab).toHaveAttribute('aria-selected', 'true')
    await check((await tab.textContent()) ?? '')
  }
}

/** Everything that opens above the window. */
function floating(page: Page): readonly (readonly [what: string, open: () => Promise<void>])[] {
  const bar = page.getByRole('toolbar')
  const menu = (name: string) => [name, () => bar.getByRole('button', { name, exact: true }).click()] as const
  const key = (what: string, keys: string) => [what, () => page.keyboard.press(keys)] as const
  const item = (name: string, command: RegExp) =>
    [
      `${name}, ${command}`,
      async () => {
        await bar.getByRole('button', { name, exact: true }).click()
        await page.getByRole('menuitem', { name: command }).click()
      },
    ] as const
  return [
    menu('Open'),
    menu('Run'),
    menu('More acts'),
    menu('Settings'),
    key('the palette', 'Control+k'),
    key('the shortcuts', '?'),
    key('the settings dialog', 'Control+,'),
    ['the connect dialog', () => bar.getByRole('button', { name: 'Connect' }).click()],
    ['the export dialog', () => bar.getByRole('button', { name: /^Export / }).click()],
    item('Run', /demo/),
    ['the kill dialog', async () => endHost(page)],
    ['About', () => runCommand(page, 'About Taskscope')],
    ["a row's menu", async () => row(page, '/api/legacy').click({ button: 'right' })],
    ['the crash report', async () => runCommand(page, 'Crash report…')],
  ]
}

async function endHost(page: Page): Promise<void> {
  await page.getByRole('toolbar').getByRole('button', { name: 'More acts' }).click()
  await page.getByRole('menuitem', { name: /^End host/ }).click()
}

test.describe('the keys of the tree', () => {
  let launched: LaunchedApp
  let page: Page

  test.beforeAll(async () => {
    launched = await launchApp()
    page = launched.page
    await expect(row(page, 'crawl')).toBeVisible()
    await expect.poll(() => tree(page).locator('[role=row][data-state]').count()).toBeGreaterThanOrEqual(8)
  })

  test.afterAll(async () => {
    await launched.close()
  })

  const focused = () => page.locator(':focus')
  const named = (name: string) => row(page, name)

  test('one stop for Tab; arrows move, open, close and go to the parent; Home and End', async () => {
    await expect(tree(page).locator('[role=row][tabindex="0"]')).toHaveCount(1)
    const top = named('supervisor')
    await top.click()
    await expect(top).toBeFocused()
    await page.keyboard.press('ArrowDown')
    const crawl = focused()
    await expect(crawl).toHaveAttribute('aria-level', '2')
    await expect(crawl).toContainText('crawl')
    await expect(crawl).toHaveAttribute('aria-selected', 'true')

    await expect(crawl).toHaveAttribute('aria-expanded', 'true')
    await page.keyboard.press('ArrowLeft')
    await expect(named('crawl')).toHaveAttribute('aria-expanded', 'false')
    await expect(named('crawl')).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await expect(named('crawl')).toHaveAttribute('aria-expanded', 'true')
    await page.keyboard.press('ArrowRight')
    await expect(focused()).toHaveAttribute('aria-level', '3')
    await page.keyboard.press('ArrowLeft')
    if ((await focused().getAttribute('aria-level')) === '3') await page.keyboard.press('ArrowLeft')
    await expect(named('crawl')).toBeFocused()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await expect(top).toBeFocused()
    await expect(tree(page).locator('[role=row][tabindex="0"]')).toHaveCount(1)

    await page.keyboard.press('End')
    const rows = Number(await tree(page).getAttribute('aria-rowcount'))
    await expect(focused()).toHaveAttribute('aria-rowindex', String(rows))
    await page.keyboard.press('Home')
    await expect(top).toBeFocused()
    await page.keyboard.press('PageDown')
    await expect(top).not.toBeFocused()
    await page.keyboard.press('PageUp')
    await expect(top).toBeFocused()
  })

  test('Right on a row with nothing to open goes into its cells, Left comes back', async () => {
    const leaf = named('tokenize')
    await leaf.click()
    await expect(leaf).not.toHaveAttribute('aria-expanded')
    await page.keyboard.press('ArrowRight')
    await expect(leaf.getByRole('gridcell').first()).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await expect(leaf.getByRole('gridcell').nth(1)).toBeFocused()
    await page.keyboard.press('End')
    await expect(leaf.getByRole('gridcell').last()).toBeFocused()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowLeft')
    await expect(leaf).toBeFocused()
  })

  test('Enter opens and closes; every row says its level, place and set', async () => {
    const crawl = named('crawl')
    await crawl.click()
    const before = await crawl.getAttribute('aria-expanded')
    await page.keyboard.press('Enter')
    await expect(crawl).toHaveAttribute('aria-expanded', before === 'true' ? 'false' : 'true')
    await page.keyboard.press('Enter')
    await expect(crawl).toHaveAttribute('aria-expanded', before ?? '')
    const told = await tree(page)
      .locator('[role=row][data-task-key]')
      .evaluateAll((rows) =>
        rows.every((each) =>
          ['aria-level', 'aria-posinset', 'aria-setsize', 'aria-rowindex'].every((name) => each.hasAttribute(name)),
        ),
      )
    expect(told).toBe(true)
  })

  test('letters move as arrows do, brackets close and open all, F8 holds and lets go, F10 steps', async () => {
    const top = named('supervisor')
    await top.click()
    await page.keyboard.press('j')
    await expect(named('crawl')).toBeFocused()
    await page.keyboard.press('k')
    await expect(top).toBeFocused()
    await page.keyboard.press('[')
    await expect(tree(page).locator('[role=row][data-task-key]')).toHaveCount(1)
    await page.keyboard.press(']')
    await expect(named('embed')).toBeVisible()

    const tiles = named('render-tiles')
    await tiles.click()
    await page.keyboard.press('F8')
    await expect(tiles).toHaveAttribute('data-state', 'suspended')
    await page.keyboard.press('F10')
    await page.getByRole('tab', { name: 'Overview' }).click()
    await expect(
      page.getByRole('table', { name: 'Controls' }).getByRole('row').filter({ hasText: 'Step' }),
    ).toBeVisible()
    await tiles.click()
    await page.keyboard.press('F8')
    await expect(tiles).toHaveAttribute('data-state', 'running')
  })

  test('a dialog opens from the palette, keeps the keys of the window to itself, and gives the focus back', async () => {
    const tiles = named('render-tiles')
    await tiles.click()
    for (const title of ['About Taskscope', 'Export settings…', 'Settings…']) {
      await page.keyboard.press('Control+k')
      await page.keyboard.type(title)
      await page.keyboard.press('Enter')
      await expect(page.getByRole('dialog').locator(':focus'), title).toHaveCount(1)
      await page.keyboard.press('F8')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await expect(tiles, title).toBeFocused()
      await expect(tiles).toHaveAttribute('data-state', 'running')
    }
    await page.keyboard.press('Shift+F10')
    await expect(page.getByRole('menu')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(tiles).toBeFocused()
  })

  test('a person who wants no motion gets none', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog')).toBeVisible()
    const moving = () =>
      page.evaluate(() =>
        document
          .getAnimations()
          .filter((animation) => animation.playState === 'running')
          .map((animation) => Number(animation.effect?.getComputedTiming().duration))
          .filter((duration) => duration > 1),
      )
    expect(await moving()).toEqual([])
    await page.keyboard.press('Escape')
    expect(await moving()).toEqual([])
    await page.emulateMedia({ reducedMotion: 'no-preference' })
  })
})
