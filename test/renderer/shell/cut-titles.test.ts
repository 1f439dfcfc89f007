import { fireEvent } from '@testing-library/dom'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { watchCutTitles } from '../../../renderer/shell/cut-titles.ts'

/** A box with words in a box of their own, as the rows of the tree have them; `cut`: there is not room for all. */
function box(cut: boolean, attributes = ''): { readonly outer: HTMLElement; readonly words: HTMLElement } {
  document.body.innerHTML = `<p style="text-overflow: ellipsis" ${attributes}><b>render-tiles\n  of the</b><span>whole world</span>, soon</p><i>beside</i>`
  const outer = document.querySelector('p') as HTMLElement
  Object.defineProperty(outer, 'clientWidth', { value: 100 })
  Object.defineProperty(outer, 'scrollWidth', { value: cut ? 200 : 100 })
  onTestFinished(watchCutTitles(document))
  return { outer, words: document.querySelector('b') as HTMLElement }
}

afterEach(() => {
  document.body.innerHTML = ''
})

describe('text that ends in an ellipsis', () => {
  it('has all of itself as its title while the pointer is on it', () => {
    const { outer, words } = box(true)
    fireEvent.pointerOver(words)
    expect(outer.title).toBe('render-tiles of the whole world, soon')
    fireEvent.pointerOver(document.querySelector('i') as HTMLElement)
    expect(outer.hasAttribute('title')).toBe(false)
  })

  it('has no title while all of it is to be seen', () => {
    const { outer, words } = box(false)
    fireEvent.pointerOver(words)
    expect(outer.hasAttribute('title')).toBe(false)
  })

  it('keeps a title of its own', () => {
    const { outer, words } = box(true, 'title="the collector answers 503"')
    fireEvent.pointerOver(words)
    expect(outer.title).toBe('the collector answers 503')
  })
})
