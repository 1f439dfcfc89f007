import { expect, test } from 'vitest'
import { needsVirtualDisplay } from '../../../electron/tools/set-up/virtual-display.mjs'

test.each([
  [{}, 'linux', true],
  [{ DISPLAY: '' }, 'linux', true],
  [{ DISPLAY: ':0' }, 'linux', false],
  [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', false],
  [{}, 'darwin', false],
  [{}, 'win32', false],
] as const)('with %j on %s a virtual display is needed: %s', (environment, platform, needed) => {
  expect(needsVirtualDisplay(environment, platform)).toBe(needed)
})
