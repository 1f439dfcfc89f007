/**
 * What runs code, leaves for a browser or ends tasks by quitting is asked by main in a native dialog, out of the page's
 * reach. A module whose path was typed on the command line is its own consent; a drop or a link asks every time.
 */
import { type BrowserWindow, dialog } from 'electron'
import { commandText } from '../core/mcp/client/server-launch.ts'
import type { ServerLaunch } from '../core/model/server-target.ts'
import { visibleText } from '../core/model/visible-text.ts'
import type { EndingTasks } from './ending-tasks.ts'

interface Question {
  readonly message: string
  readonly detail: string
  /** The button that agrees. */
  readonly yes: string
}

/** Asks whether the code of a task module may run. Shows its path. */
export function askToRun(window: BrowserWindow, path: string): Promise<boolean> {
  return ask(window, {
    message: 'Run the code of this task module?',
    detail: `${visibleText(path)}\n\nIt runs on this machine with your rights, and so does everything it imports.`,
    yes: 'Open and run',
  })
}

/** Asks whether a server may be started. Shows the whole command line, with the names of the variables it gets. */
export function askToLaunch(window: BrowserWindow, launch: ServerLaunch): Promise<boolean> {
  const names = Object.keys(launch.env)
  const about = [
    visibleText(commandText(launch)),
    ...(launch.cwd === undefined ? [] : [`in ${visibleText(launch.cwd)}`]),
    ...(names.length === 0 ? [] : [`with ${visibleText(names.join(', '))} in its environment`]),
  ]
  return ask(window, {
    message: 'Run this command as an MCP server?',
    detail: `${about.join('\n')}\n\nIt runs on this machine with your rights.`,
    yes: 'Run and connect',
  })
}

/** Asks whether the person wants to go to the page of an authorization server. */
export function askToAuthorize(window: BrowserWindow, server: string, page: URL): Promise<boolean> {
  return ask(window, {
    message: `Open your browser to authorize Taskscope at ${visibleText(page.host)}?`,
    detail: `The MCP server ${visibleText(server)} sends you to\n${visibleText(`${page.origin}${page.pathname}`)}`,
    yes: 'Open browser',
  })
}

/** Asks whether to quit although tasks are live that end with Taskscope. */
export function askToQuit(window: BrowserWindow, { count, places }: EndingTasks): Promise<boolean> {
  const names = new Intl.ListFormat('en').format(places.map(visibleText))
  const where = places.length === 1 ? 'which ends' : 'which end'
  return ask(window, {
    message: `Quit and end ${count === 1 ? '1 live task' : `${count} live tasks`}?`,
    detail: `${count === 1 ? 'It runs' : 'They run'} in ${names}, ${where} with Taskscope.`,
    yes: 'Quit',
  })
}

async function ask(window: BrowserWindow, { message, detail, yes }: Question): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message,
    detail,
    buttons: ['Cancel', yes],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}
