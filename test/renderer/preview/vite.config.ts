/** Serves the window with invented rows: `npx vite --config test/renderer/preview/vite.config.ts`. */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root: here,
  cacheDir: fileURLToPath(new URL('../../../.cache/preview', import.meta.url)),
  plugins: [react()],
  build: { outDir: fileURLToPath(new URL('../../../.cache/preview-built', import.meta.url)), target: 'chrome130' },
  preview: { port: 5198, strictPort: true, host: '127.0.0.1' },
  server: { port: 5199, strictPort: true, host: '127.0.0.1', fs: { allow: ['../../..'] } },
})
