/** The shim as a process of its own. */
import { runWrap } from '../../core/mcp/proxy/wrap-process.ts'

await runWrap(process.argv.slice(2))
