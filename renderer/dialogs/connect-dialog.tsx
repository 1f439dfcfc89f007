/** Connects an MCP server over stdio. What will be run stands there plainly before it is run. */
import { type ReactNode, useEffect, useState } from 'react'
import type { CommandFailure, ServerLaunch } from '../../core/feed/app-commands.ts'
import { nodeId, nodeKey, sourceId } from '../../core/model/identity.ts'
import { SafeText } from '../detail/safe-text.tsx'
import formStyles from '../forms/form.module.css'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { joinCommandLine } from './command-line.ts'
import styles from './connect-dialog.module.css'
import { DialogFrame } from './dialog-frame.tsx'
import { FailureNote } from './failure-note.tsx'
import { LabelledInput } from './labelled-input.tsx'
import { draftOfLaunch, emptyLaunch, type LaunchDraft, readLaunch, suggestedName } from './launch-draft.ts'
import { looksSecret, NameValues } from './name-values.tsx'

export interface ConnectDialogProps {
  readonly launch?: ServerLaunch | undefined
  readonly onClose: () => void
}

export function ConnectDialog({ launch, onClose }: ConnectDialogProps): ReactNode {
  const model = useModel()
  const [draft, setDraft] = useState<LaunchDraft>(() => (launch === undefined ? emptyLaunch : draftOfLaunch(launch)))
  const [judged, setJudged] = useState(false)
  const [connecting, setConnecting] = useState(false)
  const [failure, setFailure] = useState<CommandFailure>()
  const [found, setFound] = useState<readonly ServerLaunch[]>([])
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
      <LabelledInput
        label="Command"
        mono
        placeholder="npx -y @modelcontextprotocol/server-everything"
        value={draft.command}
        problem={problems.command}
        onChange={(command) => put({ command })}
      />
      <LabelledInput
        label="Arguments"
        mono
        lines={2}
        hint="as in a shell, or one a line"
        value={draft.args}
        problem={problems.args}
        onChange={(args) => put({ args })}
      />
      <div className={styles.pair}>
        <LabelledInput
          label="Name"
          placeholder={reading.ok ? suggestedName(reading.launch.command, reading.launch.args) : 'everything'}
          value={draft.name}
          onChange={(name) => put({ name })}
        />
        <LabelledInput label="Folder" placeholder="this app's own" value={draft.cwd} onChange={(cwd) => put({ cwd })} />
      </div>
      <NameValues
        title="Environment"
        what="variable"
        items={draft.env}
        masked={looksSecret}
        onChange={(env) => put({ env })}
      />
      {problems.env === undefined ? undefined : <p className={formStyles.problem}>{problems.env}</p>}
      {reading.ok ? <Preview launch={reading.launch} /> : undefined}
      {failure === undefined ? undefined : <FailureNote failure={failure} />}
    </DialogFrame>
  )
}

/** Servers of an imported file, else those of before. */
function KnownServers({
  found,
  onChoose,
}: {
  readonly found: readonly ServerLaunch[]
  readonly onChoose: (launch: ServerLaunch) => void
}): ReactNode {
  const model = useModel()
  const [recent, setRecent] = useState<readonly ServerLaunch[]>([])
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
        <Button
          key={joinCommandLine([launch.name, launch.command, ...launch.args])}
          size="pane"
          look="outline"
          onClick={() => onChoose(launch)}
        >
          <SafeText text={launch.name} />
        </Button>
      ))}
    </div>
  )
}

function Preview({ launch }: { readonly launch: ServerLaunch }): ReactNode {
  const env = Object.entries(launch.env).map(
    ([name, value]) => `${name}=${looksSecret(name) ? '••••' : joinCommandLine([value])}`,
  )
  return (
    <div className={formStyles.field}>
      <span className={formStyles.name}>Will be run</span>
      <pre className={styles.preview}>
        <SafeText text={[...env, joinCommandLine([launch.command, ...launch.args])].join(' ')} />
        {launch.cwd === undefined ? undefined : (
          <>
            {'\n'}in <SafeText text={launch.cwd} />
          </>
        )}
      </pre>
    </div>
  )
}
