import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forwardWithoutNoise, isHarmlessNoise } from '../../../electron/tools/launch/stderr-filter.mjs'

const noise = [
  '[4242:1124/065900.137323:ERROR:bus.cc(407)] Failed to connect to the bus: Failed to connect to socket /run/dbus/system_bus_socket: No such file or directory',
  '[4242:4260:1124/065900.137323:ERROR:dbus/bus.cc:408] Failed to connect to the bus: Could not parse server address',
  '[5035:1124/065900.373009:ERROR:viz_main_impl.cc(181)] Exiting GPU process due to errors during initialization',
  '[11683:1124/072639.964365:ERROR:command_buffer_proxy_impl.cc(131)] ContextResult::kTransientFailure: Failed to send GpuControl.CreateCommandBuffer.',
  '[26657:1124/071042.648453:ERROR:shared_image_interface_proxy.cc(134)] Buffer handle is null. Not creating a mailbox from it.',
  "[26657:1124/071042.648508:ERROR:one_copy_raster_buffer_provider.cc(348)] Creation of StagingBuffer's SharedImage failed.",
]
const kept = [
  '[4242:1124/065900.137323:ERROR:bus.cc(407)] Something else about the bus',
  '[4242:1124/065900.137323:FATAL:bus.cc(407)] Failed to connect to the bus: fatal',
  'Error: Failed to connect to the bus: said by the app',
  '/app/electron: error while loading shared libraries: libgtk-3.so.0: cannot open shared object file',
  '[7:1124/065900.1:ERROR:command_buffer_proxy_impl.cc(131)] ContextResult::kFatalFailure: Failed to send GpuControl.CreateCommandBuffer.',
  '[1:1124/065900.1:ERROR:gpu_process_host.cc(982)] GPU process exited unexpectedly: exit_code=11',
]

async function passed(chunks: readonly string[]): Promise<string> {
  const source = new PassThrough()
  let text = ''
  const done = forwardWithoutNoise(source, (part) => {
    text += part
  })
  for (const chunk of chunks) source.write(chunk)
  source.end()
  await done
  return text
}

describe('what Electron says on stderr', () => {
  test.each(noise)('hides: %s', (line) => expect(isHarmlessNoise(line)).toBe(true))
  test.each(kept)('keeps: %s', (line) => expect(isHarmlessNoise(line)).toBe(false))

  test('a last line without a line end still arrives', async () => {
    expect(await passed(['one\n', 'two'])).toBe('one\ntwo')
  })

  test('however the stream is cut, exactly the noise is missing', async () => {
    const lines = fc.array(fc.constantFrom(...noise, ...kept, ''), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(lines, fc.array(fc.nat(400), { maxLength: 6 }), async (chosen, cuts) => {
        const text = chosen.map((line) => `${line}\n`).join('')
        const expected = chosen
          .filter((line) => !noise.includes(line))
          .map((line) => `${line}\n`)
          .join('')
        expect(await passed(cutAt(text, cuts))).toBe(expected)
      }),
      { numRuns: 50 },
    )
  })
})

function cutAt(text: string, cuts: readonly number[]): readonly string[] {
  const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].sort((a, b) => a - b)
  return places.slice(1).map((end, index) => text.slice(places[index], end))
}
