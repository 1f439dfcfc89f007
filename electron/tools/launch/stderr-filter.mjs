// @ts-check
// Hides messages of Chromium that come on every machine without D-Bus or a GPU and mean nothing: no bus to talk to, and
// the GPU process that gives up before drawing goes on in software. All else passes.

const prefix = String.raw`^\[\d+(?::\d+)?:\d{4}/\d{6}\.\d+:(?:ERROR|WARNING):`
const harmless = [
  String.raw`bus\.cc[(:]\d+\)?\] Failed to connect to the bus: `,
  String.raw`viz_main_impl\.cc[(:]\d+\)?\] Exiting GPU process due to errors during initialization`,
  String.raw`command_buffer_proxy_impl\.cc[(:]\d+\)?\] ContextResult::kTransientFailure: Failed to send GpuControl\.CreateCommandBuffer`,
  String.raw`shared_image_interface_proxy\.cc[(:]\d+\)?\] Buffer handle is null\.`,
  String.raw`one_copy_raster_buffer_provider\.cc[(:]\d+\)?\] Creation of StagingBuffer's SharedImage failed`,
].map((message) => new RegExp(String.raw`${prefix}(?:\S*/)?${message}`))

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
