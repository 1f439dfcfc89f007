/** The tokens as colours that a canvas takes: what the style sheet resolves them to in the theme of the moment. */
import { useEffect, useState } from 'react'
import { faceBar, faceColor, type StateFace, stateFaces } from '../icons/state-face.ts'
import { useWindow } from '../state/window-context.tsx'

const names = [
  'bg-pane',
  'bg-sunken',
  'grid',
  'hair',
  'hair-2',
  'selected',
  'accent',
  'accent-brush',
  'text-2',
  'text-3',
  'text-in-bar',
  'bar-suspended-hatch',
] as const

export interface CanvasColors {
  readonly token: Readonly<Record<(typeof names)[number], string>>
  readonly bar: Readonly<Record<StateFace, string>>
  readonly state: Readonly<Record<StateFace, string>>
}

/** Reads them once; `undefined` where there is no page to read them from. */
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

/** Follows the theme of the window and of the system. */
export function useCanvasColors(): CanvasColors | undefined {
  const theme = useWindow((state) => state.settings?.theme)
  const [colors, setColors] = useState<CanvasColors>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides what the tokens resolve to
  useEffect(() => {
    const read = () => setColors(readCanvasColors())
    // The root element takes the new theme in an effect of its own, perhaps after this one.
    const frame = requestAnimationFrame(read)
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', read)
    return () => {
      cancelAnimationFrame(frame)
      system.removeEventListener('change', read)
    }
  }, [theme])
  return colors
}
