/**
 * Text that ends in an ellipsis says all of itself when the pointer is on it. Once for the whole window, so that no
 * component has to think of it; one that has a title of its own keeps it.
 */
import type { Dispose } from '../../core/model/dispose.ts'

/** The words under the pointer may be in a box of their own within the one that cuts them. */
const mostLevels = 3

export function watchCutTitles(page: Document): Dispose {
  let given: HTMLElement | undefined
  function onOver({ target }: PointerEvent): void {
    given?.removeAttribute('title')
    given = cutAround(target)
    if (given !== undefined) given.title = wordsOf(given)
  }
  page.addEventListener('pointerover', onOver)
  return () => page.removeEventListener('pointerover', onOver)
}

function cutAround(target: EventTarget | null): HTMLElement | undefined {
  let element = target instanceof HTMLElement ? target : null
  for (let level = 0; element !== null && level < mostLevels; level += 1, element = element.parentElement) {
    if (element.hasAttribute('title')) return undefined
    if (element.scrollWidth > element.clientWidth && getComputedStyle(element).textOverflow === 'ellipsis')
      return element
  }
  return undefined
}

/** Words of boxes beside each other are set apart by style, so nothing but their parents tells them apart. */
function wordsOf(element: HTMLElement): string {
  const texts = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  let words = ''
  let before: Node | null = null
  while (texts.nextNode() !== null) {
    const { parentNode, nodeValue } = texts.currentNode
    words += before === null || before === parentNode ? nodeValue : ` ${nodeValue}`
    before = parentNode
  }
  return words.replaceAll(/\s+/g, ' ').replaceAll(' ,', ',').trim()
}
