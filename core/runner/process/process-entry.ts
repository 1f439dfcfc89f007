/** The first file of the process of one task; see `process-main.ts`. */
import { runProcess } from './process-main.ts'

runProcess(process.argv.slice(2), process.env)
