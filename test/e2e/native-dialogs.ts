/** Stands in for the native dialogs of the main process, which no test can click, and keeps what they asked. */
import type { ElectronApplication } from '@playwright/test'

export interface DialogAnswers {
  /** What the file dialog gives; nothing means that it is closed without a choice. */
  readonly file?: string
  /** Where the save dialog says that something is to go. */
  readonly saveAs?: string
  /** Whether the code of a module may be run, a server started, a browser opened. */
  readonly consent: boolean
}

interface Standing {
  answers: DialogAnswers
  readonly questions: string[]
}

/** Answers native dialogs from now on. Nothing of the app runs differently: only Electron's own functions are replaced. */
export async function answerDialogs(app: ElectronApplication, answers: DialogAnswers): Promise<void> {
  await app.evaluate(({ dialog }, given) => {
    const shared = globalThis as { standingDialogs?: Standing }
    if (shared.standingDialogs !== undefined) {
      shared.standingDialogs.answers = given
      return
    }
    const standing: Standing = { answers: given, questions: [] }
    shared.standingDialogs = standing
    const showOpenDialog = async () => {
      const { file } = standing.answers
      return { canceled: file === undefined, filePaths: file === undefined ? [] : [file] }
    }
    const showMessageBox = async (_window: unknown, options: { message: string; detail?: string }) => {
      standing.questions.push(`${options.message}\n${options.detail ?? ''}`)
      return { response: standing.answers.consent ? 1 : 0, checkboxChecked: false }
    }
    const showSaveDialog = async () => {
      const { saveAs } = standing.answers
      return { canceled: saveAs === undefined, filePath: saveAs ?? '' }
    }
    Object.assign(dialog, { showOpenDialog, showSaveDialog, showMessageBox })
  }, answers)
}

/** Every question that was asked in a message box since `answerDialogs`, with its details. */
export function askedQuestions(app: ElectronApplication): Promise<readonly string[]> {
  return app.evaluate(() => (globalThis as { standingDialogs?: Standing }).standingDialogs?.questions ?? [])
}
