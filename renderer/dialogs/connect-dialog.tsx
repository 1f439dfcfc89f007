/** Connects an MCP server, launched or over HTTP. What will be run stands there plainly before it is run. */
import { type ReactNode, useEffect, useState } from 'react'
import type { CommandFailure } from '../../core/feed/app-commands.ts'
import { nodeId, nodeKey, sourceId } from '../../core/model/identity.ts'
import { isAddress, type ServerLaunch, type ServerTarget } from '../../core/model/server-target.ts'
import { SafeText } from '../detail/safe-text.tsx'
import formStyles from '../forms/form.module.css'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import { joinCommandLine } from './command-line.ts'
import styles from './connect-dialog.module.css'
import { DialogFrame } from './dialog-frame.tsx'
import { FailureNote } from './failure-note.tsx'
import { draftOfLaunch, emptyLaunch, type LaunchDraft, readLaunch } from './launch-draft.ts'
import { looksSecret } from './name-values.tsx'
import { AddressFields, LaunchFields, WireFields } from './server-fields.tsx'
import { keyOfTarget } from './target-words.ts'

const transports = [
  { id: 'stdio', title: 'Launch it' },
  { id: 'http', title: 'Over HTTP' },
] as const

export interface ConnectDialogProps {
  readonly launch?: ServerTarget | undefined
  readonly onClose: () => void
}

export function ConnectDialog({ launch, onClose }: ConnectDialogProps): ReactNode {
  const model = useModel()
  const [draft, setDraft] = useState<LaunchDraft>(() => (launch === undefined ? emptyLaunch : draftOfLaunch(launch)))
  const [judged, setJudged] = useState(false)
  const [connecting, setConnecting] = useState(false)
  const [failure, setFailure] = useState<CommandFailure>()
  const [found, setFound] = useState<readonly ServerTarget[]>([])
  const reading = readLaunch(draft)
  const problems = judged && !reading.ok ? reading.problems : {}
  const put = (change: Partial<LaunchDraft>) => setDraft((before) => ({ ...before, ...change }))

  async function connect(): Promise<void> {
    setJudged(true)
    if (!reading.ok || connecting) return
    setConnecting(true)
    setFailure(undefined)
    const result = await model.invoke('connectServer', reading.launch, { quiet: true })
    setConnecting(false)
    if (!result.ok) {
      setFailure(result)
      return
    }
    // The person did not want the command to run: the dialog stays as it is.
    if (result.value === undefined) return
    model.select(nodeKey(sourceId(result.value.source), nodeId('connection')))
    onClose()
  }

  async function importFile(): Promise<void> {
    const result = await model.invoke('importServers', {}, { quiet: true })
    if (!result.ok) setFailure(result)
    else if (result.value.length > 0) {
      setFailure(undefined)
      setFound(result.value)
      const [first] = result.value
      if (result.value.length === 1 && first !== undefined) setDraft(draftOfLaunch(first))
    }
  }

  return (
    <DialogFrame
      title="Connect an MCP server"
      onClose={onClose}
      onSubmit={() => void connect()}
      note={
        <Button size="pane" look="outline" onClick={() => void importFile()}>
          Import .mcp.json…
        </Button>
      }
      buttons={
        <>
          <Button look="outline" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" look="accent" whyNot={connecting ? 'it is connecting' : undefined}>
            {connecting ? 'Connecting…' : 'Connect'}
          </Button>
        </>
      }
    >
      <KnownServers found={found} onChoose={(known) => setDraft(draftOfLaunch(known))} />
      <div className={styles.choice}>
        <Segmented
          name="Transport"
          options={transports}
          chosen={draft.transport}
          onChoose={(transport) => put({ transport })}
        />
      </div>
      {draft.transport === 'http' ? (
        <AddressFields draft={draft} problems={problems} put={put} />
      ) : (
        <LaunchFields
          draft={draft}
          problems={problems}
          put={put}
          suggestion={reading.ok && !isAddress(reading.launch) ? reading.launch : undefined}
        />
      )}
      <WireFields draft={draft} put={put} />
      {reading.ok && !isAddress(reading.launch) ? <Preview launch={reading.launch} /> : undefined}
      {failure === undefined ? undefined : <FailureNote failure={failure} />}
    </DialogFrame>
  )
}

/** Servers of an imported file, else those of before. */
function KnownServers({
  found,
  onChoose,
}: {
  readonly found: readonly ServerTarget[]
  readonly onChoose: (launch: ServerTarget) => void
}): ReactNode {
  const model = useModel()
  const [recent, setRecent] = useState<readonly ServerTarget[]>([])
  useEffect(() => {
    let gone = false
    void model.invoke('getSettings', undefined, { quiet: true }).then((result) => {
      if (!gone && result.ok) setRecent(result.value.recentServers)
    })
    return () => {
      gone = true
    }
  }, [model])
  const known = found.length > 0 ? found : recent.slice(0, 6)
  if (known.length === 0) return undefined
  return (
    <div className={styles.known} role="group" aria-label={found.length > 0 ? 'Imported servers' : 'Recent servers'}>
      <span className={styles.knownLabel}>{found.length > 0 ? 'Imported' : 'Recent'}</span>
      {known.map((launch) => (
        <Button key={keyOfTarget(launch)} size="pane" look="outline" onClick={() => onChoose(launch)}>
          <SafeText text={launch.name} />
        </Button>
      ))}
    </div>
  )
}

function Preview({ launch }: { readonly launch: ServerLaunch }): ReactNode {
  return (
    <div className={formStyles.field}>
      <span className={formStyles.name}>Will be run</span>
      <pre className={styles.preview}>
        <SafeText text={commandTextOf(launch)} />
        {launch.cwd === undefined ? undefined : (
          <>
            {'\n'}in <SafeText text={launch.cwd} />
          </>
        )}
      </pre>
      <span className={styles.asks}>Your system asks whether it may run, the first time for each exact command.</span>
    </div>
  )
}

function commandTextOf({ command, args, env }: ServerLaunch): string {
  const variables = Object.entries(env).map(
    ([name, value]) => `${name}=${looksSecret(name) ? '••••' : joinCommandLine([value])}`,
  )
  return [...variables, joinCommandLine([command, ...args])].join(' ')
}
