// @ts-check
// `npm start`: all the set-up, then the window.

import { runApp } from './launch/electron-process.mjs'
import { readStartArguments, usage } from './launch/start-arguments.mjs'
import { runTool } from './run-tool.mjs'
import { setUp } from './set-up/set-up.mjs'
import { SetupFailure } from './setup-failure.mjs'

await runTool(async () => {
  const request = readStartArguments(process.argv.slice(2))
  if (request.kind === 'help') {
    console.log(usage)
    return 0
  }
  if (request.kind === 'refused') throw new SetupFailure(request.reason)
  const workplace = await setUp({ window: true, build: true })
  // npm changes to the checkout; paths on the command line are meant from where the person typed them.
  return runApp(workplace, request.args, process.env.INIT_CWD ?? process.cwd())
})
