import { type RefCallback, useCallback, useState } from 'react'

export interface ElementSize {
  readonly width: number
  readonly height: number
}

/** A callback ref and the size of its element in CSS pixels, kept current; 600 by 600 until there is a layout. */
export function useElementSize<Element extends HTMLElement>(): readonly [RefCallback<Element>, ElementSize] {
  const [size, setSize] = useState<ElementSize>({ width: 600, height: 600 })
  const ref = useCallback((element: Element | null) => {
    if (element === null) return undefined
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element
      if (width === 0) return
      setSize((known) => (known.width === width && known.height === height ? known : { width, height }))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, size]
}

/** As `useElementSize`, for those who only need the width. */
export function useElementWidth<Element extends HTMLElement>(): readonly [RefCallback<Element>, number] {
  const [ref, { width }] = useElementSize<Element>()
  return [ref, width]
}
