// @ts-check
// `npm run build`: the app's build in `out/`, made when a source changed.

import { runTool } from './run-tool.mjs'
import { setUp } from './set-up/set-up.mjs'

await runTool(async () => {
  await setUp({ window: false, build: true })
  return 0
})
