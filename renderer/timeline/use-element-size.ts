import { type RefCallback, useCallback, useState } from 'react'

/** A callback ref and the width of its element in CSS pixels, kept current; 600 until there is a layout. */
export function useElementWidth<Element extends HTMLElement>(): readonly [RefCallback<Element>, number] {
  const [width, setWidth] = useState(600)
  const ref = useCallback((element: Element | null) => {
    if (element === null) return undefined
    const measure = () => {
      if (element.clientWidth > 0) setWidth(element.clientWidth)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}
