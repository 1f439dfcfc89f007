/**
 * Opening a task module runs its code. The question is asked by main in a native dialog, out of the page's reach.
 * A path typed on the command line is its own consent; a drop or a link asks every time.
 */
import { type BrowserWindow, dialog } from 'electron'

/** Shows the path and asks. Resolves to whether the person agreed. */
export async function askToRun(window: BrowserWindow, path: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'Run the code of this task module?',
    detail: `${path}\n\nIt runs on this machine with your rights, and so does everything it imports.`,
    buttons: ['Cancel', 'Open and run'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}
