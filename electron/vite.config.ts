import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (path: string) => `${root}${path}`

// What is bundled by others, for electron/tools/licences.mjs. The preload script bundles nothing.
const license = { fileName: 'licenses.md' }

// Targets are set by hand: derived from the declared Electron they could exceed what an older runtime can parse.
export default defineConfig({
  main: {
    root,
    build: {
      outDir: at('out/main'),
      license,
      target: 'node20',
      externalizeDeps: { exclude: ['@opentelemetry/api'] },
      rollupOptions: {
        input: {
          main: at('electron/main.ts'),
          cli: at('core/cli/cli.ts'),
          taskscope: at('core/index.ts'),
          host: at('core/runner/host/host-entry.ts'),
          watchdog: at('core/runner/host/watchdog-entry.ts'),
          thread: at('core/runner/thread/thread-entry.ts'),
          process: at('core/runner/process/process-entry.ts'),
          receiver: at('core/telemetry/receive/receiver-entry.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    root,
    build: {
      outDir: at('out/preload'),
      target: 'node20',
      rollupOptions: {
        input: { preload: at('electron/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      license,
      emptyOutDir: true,
      minify: true,
      target: 'chrome130',
      rollupOptions: { input: at('renderer/index.html') },
    },
  },
})
