import { useLayoutEffect, useState } from 'react'

const asDrawn = 184
/** Narrower than this the sources are a rail of icons, and no name would fit beside the lanes. */
const narrowest = 120

/** The width of the sources pane, so that one hairline runs from the toolbar down through the timeline. */
export function useGutterWidth(): number {
  const [width, setWidth] = useState(asDrawn)
  useLayoutEffect(() => {
    const sources = document.getElementById('sources')
    if (sources === null) return undefined
    const measure = () => {
      const wide = sources.getBoundingClientRect().width
      setWidth(wide < narrowest ? asDrawn : Math.round(wide))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(sources)
    return () => observer.disconnect()
  }, [])
  return width
}
