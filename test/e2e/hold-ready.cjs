// Loaded into the app before its own code. Playwright's loader holds the app's readiness back until Playwright is attached;
// it adds it by itself only when it may choose the executable. Without it, now and then the window is there first and the
// launch waits for ever.
const { dirname, join } = require('node:path')

require(join(dirname(require.resolve('playwright-core/package.json')), 'lib/server/electron/loader.js'))
// The app reads what stands after its own folder, and this stands before it.
process.argv.splice(process.argv.indexOf('-r'), 2)
