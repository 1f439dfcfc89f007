// @ts-check
// Hides two messages of Chromium that come on every machine without D-Bus or a GPU and mean nothing. All else passes.

const prefix = String.raw`^\[\d+(?::\d+)?:\d{4}/\d{6}\.\d+:(?:ERROR|WARNING):`
const harmless = [
  new RegExp(String.raw`${prefix}(?:dbus/)?bus\.cc[(:]\d+\)?\] Failed to connect to the bus: `),
  new RegExp(
    String.raw`${prefix}(?:\S*/)?viz_main_impl\.cc[(:]\d+\)?\] Exiting GPU process due to errors during initialization`,
  ),
]

/** @param {string} line without its line end */
export function isHarmlessNoise(line) {
  return harmless.some((pattern) => pattern.test(line))
}

/**
 * Passes a stream of text on, line by line, without the harmless lines.
 * @param {NodeJS.ReadableStream} source
 * @param {(text: string) => void} write
 * @returns {Promise<void>} settled when the source has ended and all is written
 */
export function forwardWithoutNoise(source, write) {
  let rest = ''
  source.setEncoding('utf8')
  source.on('data', (/** @type {string} */ chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    const kept = lines.filter((line) => !isHarmlessNoise(line))
    if (kept.length > 0) write(`${kept.join('\n')}\n`)
  })
  return new Promise((resolve) => {
    source.on('close', () => {
      if (rest !== '' && !isHarmlessNoise(rest)) write(rest)
      resolve()
    })
  })
}
