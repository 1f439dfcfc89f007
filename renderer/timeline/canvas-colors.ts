/** The tokens as colours that a canvas takes: what the style sheet resolves them to in the theme of the moment. */
import { useEffect, useState } from 'react'
import { faceBar, faceColor, type StateFace, stateFaces } from '../icons/state-face.ts'

const names = [
  'bg-pane',
  'bg-sunken',
  'grid',
  'hair',
  'hair-2',
  'selected',
  'accent',
  'accent-brush',
  'text-1',
  'text-2',
  'text-3',
  'text-in-bar',
  'bar-suspended-hatch',
  'bar-neutral',
] as const

export interface CanvasColors {
  readonly token: Readonly<Record<(typeof names)[number], string>>
  readonly bar: Readonly<Record<StateFace, string>>
  readonly state: Readonly<Record<StateFace, string>>
}

/** Reads them once. */
export function readCanvasColors(): CanvasColors {
  const probe = document.createElement('span')
  probe.hidden = true
  document.body.append(probe)
  const resolve = (value: string): string => {
    probe.style.color = ''
    probe.style.color = value
    return getComputedStyle(probe).color
  }
  const token = Object.fromEntries(names.map((name) => [name, resolve(`var(--${name})`)]))
  const bar = Object.fromEntries(stateFaces.map((face) => [face, resolve(faceBar(face))]))
  const state = Object.fromEntries(stateFaces.map((face) => [face, resolve(faceColor(face))]))
  probe.remove()
  return { token, bar, state } as CanvasColors
}

/** Follows the theme of the window (an attribute of the root element) and of the system. */
export function useCanvasColors(): CanvasColors | undefined {
  const [colors, setColors] = useState<CanvasColors>()
  useEffect(() => {
    const read = () => setColors(readCanvasColors())
    read()
    const observer = new MutationObserver(read)
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', read)
    return () => {
      observer.disconnect()
      system.removeEventListener('change', read)
    }
  }, [])
  return colors
}
