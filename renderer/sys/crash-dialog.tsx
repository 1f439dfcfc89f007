/** A crash report, whole, and ready to be taken elsewhere as text, JSON or the body of an issue. */
import { type ReactNode, useState } from 'react'
import { crashReportIssue, crashReportJson, crashReportText } from '../../core/model/crash-report-text.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { DialogFrame } from '../dialogs/dialog-frame.tsx'
import { useDetail, useRow } from '../state/hooks.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import styles from './sys.module.css'
import { useCrashReport, useSupervisorOf } from './use-crash-report.ts'

export function CrashDialog({
  target,
  onClose,
}: {
  readonly target: NodeKey
  readonly onClose: () => void
}): ReactNode {
  const model = useModel()
  const row = useRow(target)
  const detail = useWindow((state) => state.details.get(target))
  const supervisor = useSupervisorOf(row)
  // First the task itself, then its supervisor, which knows what was restarted with it.
  useDetail(detail === undefined ? target : (supervisor ?? target))
  const report = useCrashReport(row, detail)
  const [copied, setCopied] = useState<string>()
  const copy = async (as: string, text: string) => {
    const result = await model.invoke('copyText', { text })
    if (result.ok) setCopied(`Copied as ${as}`)
  }
  return (
    <DialogFrame
      title={`Crash report of ${row?.name ?? 'a task'}`}
      onClose={onClose}
      wide
      note={<span role="status">{copied ?? 'Values whose names say secret are left out'}</span>}
      buttons={
        report === undefined ? undefined : (
          <>
            <Button look="outline" onClick={() => void copy('JSON', crashReportJson(report))}>
              Copy JSON
            </Button>
            <Button look="outline" onClick={() => void copy('issue', crashReportIssue(report))}>
              Copy issue
            </Button>
            <Button look="accent" autoFocus onClick={() => void copy('text', crashReportText(report))}>
              Copy text
            </Button>
          </>
        )
      }
    >
      {report === undefined ? (
        <p>What is known of it is being asked for.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a stretch that scrolls has to be reached by keys
        <pre className={styles.report} tabIndex={0} role="region" aria-label="Crash report">
          {crashReportText(report)}
        </pre>
      )}
    </DialogFrame>
  )
}
