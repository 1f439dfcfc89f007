/** The first file of a host process; see `host-main.ts`. */
import { runHost } from './host-main.ts'
import { readHostSettings } from './host-settings.ts'

runHost(readHostSettings(process.argv.slice(2), process.env))
