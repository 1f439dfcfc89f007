/** What can be done next about this node, beside the toolbar: only what is offered, and whom it hits. */
import type { ReactNode } from 'react'
import { offer } from '../../core/model/capability.ts'
import { type ControlName, isSettled } from '../../core/model/control.ts'
import { hasCrashReport } from '../../core/model/crash-report.ts'
import type { Detail } from '../../core/model/detail.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import type { Payload } from '../../core/model/payload.ts'
import { isTaskRow, type NodeRow, type Row } from '../../core/model/row.ts'
import { readJson } from '../forms/json-text.ts'
import { useFaceCounts, useLiveChildren, useSend } from '../state/hooks.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { hostOf } from './host-of.ts'
import styles from './overview-tab.module.css'

export function RowActions({ row, detail }: { readonly row: Row; readonly detail: Detail | undefined }): ReactNode {
  const send = useSend()
  const model = useModel()
  const host = useWindow((state) => hostOf(row, state.rows))
  const live = useLiveCount(row)
  const task = isTaskRow(row) ? row : undefined
  const ended = task !== undefined && isTerminal(task.state)
  const wish = task?.control !== undefined && !isSettled(task.control) ? task.control.request.command.verb : undefined
  const withdraw = wish === 'suspend' && offer(row, 'resume').offered
  const frozen = host?.status === 'frozen'
  const stuck = wish !== undefined
  const ending =
    wish === 'cancel' || wish === 'kill' || task?.state === 'cancelling' || task?.stillRunning !== undefined
  const blocked = Number(host?.facts.loopBlockedMs ?? 0) > 0
  const hostMay = (name: ControlName) => host !== undefined && offer(host, name).offered
  const ask = (target: NodeRow, verb: 'freeze' | 'thaw' | 'takeStack' | 'restart' | 'authorize') =>
    send(target.key, { verb })
  // A task without trouble is left in peace: what hits its whole host is then one click further, on the host.
  const showHost = host !== undefined && (task === undefined || (!ended && (stuck || ending || blocked || frozen)))
  return (
    <div className={styles.actions}>
      {withdraw ? (
        <Button size="pane" look="outline" onClick={() => send(row.key, { verb: 'resume' })}>
          Withdraw suspend
        </Button>
      ) : undefined}
      {showHost && hostMay('takeStack') ? (
        <Button size="pane" look="outline" onClick={() => ask(host, 'takeStack')}>
          Take stack
        </Button>
      ) : undefined}
      {showHost && frozen && hostMay('thaw') ? (
        <Button size="pane" look="outline" onClick={() => ask(host, 'thaw')}>
          Thaw {processWord(host)}
        </Button>
      ) : undefined}
      {showHost && !frozen && hostMay('freeze') ? (
        <Button size="pane" look="outline" onClick={() => ask(host, 'freeze')}>
          Freeze {processWord(host)}
        </Button>
      ) : undefined}
      {task !== undefined && ending && host !== undefined ? (
        <Button size="pane" look="ghost" onClick={() => model.open({ kind: 'kill', target: row.key })}>
          {host.node === 'connection' ? 'End the server…' : 'End host…'}
        </Button>
      ) : undefined}
      {task !== undefined && ended && detail !== undefined && host !== undefined ? (
        <RunAgain task={task.name} host={host} input={detail.input} />
      ) : undefined}
      {task !== undefined && hasCrashReport(task) ? (
        <Button size="pane" look="outline" onClick={() => model.open({ kind: 'crash', target: row.key })}>
          Crash report…
        </Button>
      ) : undefined}
      {task === undefined ? <NodeActions row={row} live={live} onAsk={ask} /> : undefined}
      {showHost && !frozen && hostMay('freeze') ? (
        <p className={styles.scope}>
          Freezing {host.name} stops {scopeText(host, live)} until you thaw it.
        </p>
      ) : undefined}
    </div>
  )
}

function NodeActions({
  row,
  live,
  onAsk,
}: {
  readonly row: Row
  /** Tasks of its source that have not ended. */
  readonly live: number
  readonly onAsk: (target: NodeRow, verb: 'restart' | 'authorize') => void
}): ReactNode {
  const model = useModel()
  const children = useLiveChildren(row.key)
  if (isTaskRow(row)) return undefined
  const host = row.node === 'host'
  const asks = !host && (row.node === 'supervisor' ? children : live) > 0
  return (
    <>
      {offer(row, 'authorize').offered ? (
        <Button size="pane" look="accent" onClick={() => onAsk(row, 'authorize')}>
          Authorize…
        </Button>
      ) : undefined}
      {offer(row, 'restart').offered ? (
        <Button
          size="pane"
          look="outline"
          // Whoever works on a module reloads it all day, and is told below what that ends.
          onClick={() => (asks ? model.open({ kind: 'kill', target: row.key, way: 'restart' }) : onAsk(row, 'restart'))}
        >
          {host ? 'Reload' : asks ? 'Restart…' : 'Restart'}
        </Button>
      ) : undefined}
      {offer(row, 'crash').offered ? (
        <Button
          size="pane"
          look="ghost"
          name="Crash host…"
          hint="Ends it at once as a crash; it is started again within its limit"
          onClick={() => model.open({ kind: 'kill', target: row.key, way: 'crash' })}
        >
          Crash…
        </Button>
      ) : undefined}
      {offer(row, 'stop').offered ? (
        <Button size="pane" look="ghost" onClick={() => model.open({ kind: 'kill', target: row.key })}>
          {row.node === 'connection' ? 'Disconnect…' : 'Stop…'}
        </Button>
      ) : undefined}
      {host && live > 0 && offer(row, 'restart').offered ? (
        <p className={styles.scope}>
          Reloading {row.name} ends {liveText(live)} and runs its module anew.
        </p>
      ) : undefined}
    </>
  )
}

function RunAgain({
  task,
  host,
  input,
}: {
  readonly task: string
  readonly host: NodeRow
  readonly input: Payload | undefined
}): ReactNode {
  const model = useModel()
  if (!offer(host, 'start').offered) return undefined
  return (
    <Button
      size="pane"
      look="outline"
      onClick={() =>
        model.open({
          kind: 'run',
          target: host.key,
          offer: task,
          input: input === undefined ? undefined : wholeValue(input),
        })
      }
    >
      Run with other input…
    </Button>
  )
}

function processWord(host: NodeRow): string {
  return host.node === 'connection' ? 'server' : 'host'
}

function scopeText(host: NodeRow, live: number): string {
  if (live === 0) return 'it'
  const tasks = liveText(live)
  // Only the main thread of a host stands still; a server is stopped whole.
  return host.node === 'host' ? `${tasks}, except in threads and processes of their own,` : tasks
}

function liveText(live: number): string {
  return live === 1 ? 'its one live task' : `all its ${live} live tasks`
}

/** Tasks of the row's source that have not ended. */
function useLiveCount(row: Row): number {
  const counts = useFaceCounts(row.source)
  return counts.pending + counts.running + counts.suspended + counts.input_required + counts.cancelling
}

/** The value of a payload that came whole; a cut one cannot be sent again. */
function wholeValue(payload: Payload): unknown {
  if (payload.format !== 'json' || payload.truncated) return undefined
  const reading = readJson(payload.text)
  return reading.ok ? reading.value : undefined
}
