import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Tests that only compute: no process, no server, no module whose state outlives a test. Their files share workers; a worker
 * of its own would cost each of them more than its tests do. What is named after `!` does more than that.
 */
const computing = [
  'test/core/{model,registry,feed,supervisor}/**/*.test.ts',
  'test/core/mcp/{eras,wire,replay}/**/*.test.ts',
  'test/core/mcp/lint/!(lab-recordings).test.ts',
  'test/core/runner/!(library-places).test.ts',
  'test/core/system/!(run-folder).test.ts',
  'test/core/telemetry/!(disk-queue|host-spans|otlp-exporter|protocols|tls).test.ts',
  'test/electron/{,ipc/,settings/}*.test.ts',
]

/** Of a test and of its set-up. For a machine that is busy with other things, too: what waits for ever fails all the same. */
const patient = { testTimeout: 30_000, hookTimeout: 30_000 }

export default defineConfig({
  root,
  test: {
    // Most tests wait for a process of their own; one worker per core, less one, would leave two cores idle.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    projects: [
      {
        root,
        test: {
          ...patient,
          name: 'node',
          environment: 'node',
          // Not as `exclude`: one of its own would keep the command line's from this project.
          include: ['test/core/**/*.test.ts', 'test/electron/**/*.test.ts', ...computing.map((files) => `!${files}`)],
        },
      },
      {
        root,
        test: {
          ...patient,
          name: 'computing',
          environment: 'node',
          isolate: false,
          include: computing,
        },
      },
      {
        root,
        plugins: [react()],
        test: {
          ...patient,
          name: 'dom',
          environment: 'happy-dom',
          isolate: false,
          include: ['test/renderer/**/*.test.{ts,tsx}'],
          css: { modules: { classNameStrategy: 'non-scoped' } },
        },
      },
    ],
  },
})
