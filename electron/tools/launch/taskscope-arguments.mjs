// @ts-check
// What the `taskscope` command was asked for: the window, or one of the headless verbs. Pure.

export const usage = `taskscope                 opens the window
taskscope run FILE        opens the window with a task module (TypeScript or JavaScript)
taskscope open [FILE]     opens the window, with a file if one is named
taskscope list FILE       lists the tasks of a module, without a window
taskscope exec FILE TASK  runs one task and follows it to its end, without a window
taskscope serve FILE      serves the tasks of a module as MCP tools, over stdio or HTTP
taskscope lab             serves tools to try MCP tasks with, over stdio or HTTP
taskscope wrap -- COMMAND stands between an MCP client and its stdio server
taskscope proxy --target URL  stands before an MCP server over HTTP
taskscope fix             helps tasks that stand still behind wrap or proxy
taskscope analyze FILE    tells what a recorded conversation holds
taskscope --version       tells the version
taskscope --help          this text

"taskscope exec --help" tells the options and exit codes of what works without a window.`

/**
 * @param {readonly string[]} args
 * @returns {{ readonly kind: 'help' | 'version' } | { readonly kind: 'refused', readonly reason: string } |
 *   { readonly kind: 'window', readonly args: readonly string[] } |
 *   { readonly kind: 'headless', readonly args: readonly string[] }}
 */
export function readTaskscopeArguments(args) {
  const [verb, ...rest] = args
  if (verb === '--help' || verb === '-h' || verb === 'help') return { kind: 'help' }
  if (verb === '--version' || verb === '-v') return { kind: 'version' }
  if (verb === undefined || verb.startsWith('--')) return { kind: 'window', args }
  if (verb === 'open') return { kind: 'window', args: rest }
  if (verb !== 'run') return { kind: 'headless', args }
  if (rest.every((arg) => arg.startsWith('-'))) {
    return { kind: 'refused', reason: 'run needs the task module to open: taskscope run ./my-tasks.ts' }
  }
  return { kind: 'window', args: rest }
}
