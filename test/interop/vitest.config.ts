import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Apart from `npm test`: it builds a collector, which takes minutes and a network. */
export default defineConfig({
  root,
  test: { name: 'interop', environment: 'node', include: ['test/interop/**/*.test.ts'] },
})
