/** The fields of the connect dialog: how a server is reached, and how it is spoken to. */
import type { ReactNode } from 'react'
import type { EraChoice, ServerLaunch } from '../../core/model/server-target.ts'
import formStyles from '../forms/form.module.css'
import { Segmented } from '../widgets/segmented.tsx'
import styles from './connect-dialog.module.css'
import { LabelledInput } from './labelled-input.tsx'
import { type LaunchDraft, suggestedHost, suggestedName } from './launch-draft.ts'
import { looksSecret, NameValues } from './name-values.tsx'

export interface ServerFieldsProps {
  readonly draft: LaunchDraft
  readonly problems: Partial<Record<keyof LaunchDraft, string>>
  readonly put: (change: Partial<LaunchDraft>) => void
}

export function LaunchFields({
  draft,
  problems,
  put,
  suggestion,
}: ServerFieldsProps & {
  /** What the fields mean so far; names the server. */
  readonly suggestion: ServerLaunch | undefined
}): ReactNode {
  return (
    <>
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
          placeholder={suggestion === undefined ? 'everything' : suggestedName(suggestion.command, suggestion.args)}
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
    </>
  )
}

export function AddressFields({ draft, problems, put }: ServerFieldsProps): ReactNode {
  return (
    <>
      <LabelledInput
        label="URL"
        mono
        placeholder="http://localhost:3001/mcp"
        value={draft.url}
        problem={problems.url}
        onChange={(url) => put({ url })}
      />
      <div className={styles.pair}>
        <LabelledInput
          label="Name"
          placeholder={suggestedHost(draft.url.trim()) || 'localhost:3001'}
          value={draft.name}
          onChange={(name) => put({ name })}
        />
        <LabelledInput
          label="OAuth client ID"
          mono
          placeholder="registers itself"
          value={draft.clientId}
          onChange={(clientId) => put({ clientId })}
        />
      </div>
      <NameValues
        title="Headers"
        what="header"
        items={draft.headers}
        masked={looksSecret}
        onChange={(headers) => put({ headers })}
      />
      {problems.headers === undefined ? undefined : <p className={formStyles.problem}>{problems.headers}</p>}
    </>
  )
}

const wires: readonly { readonly id: EraChoice; readonly title: string }[] = [
  { id: 'legacy', title: 'Legacy 2025-11-25' },
  { id: 'modern', title: 'Modern 2026-07-28' },
  { id: 'probe', title: 'Probe' },
]

const wireNotes: Readonly<Record<EraChoice, string>> = {
  legacy: 'Sessions; the client asks for tasks.',
  modern: 'No session; the server makes tasks.',
  probe: 'Asks server/discover first, which the server sees, and falls back to legacy.',
}

export function WireFields({ draft, put }: Pick<ServerFieldsProps, 'draft' | 'put'>): ReactNode {
  return (
    <>
      <div className={formStyles.field}>
        <span className={formStyles.name}>Wire</span>
        <div className={styles.choice}>
          <Segmented name="Wire" options={wires} chosen={draft.era} onChoose={(era) => put({ era })} />
        </div>
        <span className={formStyles.about}>{wireNotes[draft.era]}</span>
      </div>
      <div className={styles.abilities} role="group" aria-label="You answer">
        <span className={formStyles.name}>You answer</span>
        <label className={styles.ability}>
          <input
            type="checkbox"
            checked={draft.sampling}
            onChange={(event) => put({ sampling: event.target.checked })}
          />
          Sampling
        </label>
        <label className={styles.ability}>
          <input type="checkbox" checked={draft.roots} onChange={(event) => put({ roots: event.target.checked })} />
          Roots
        </label>
      </div>
    </>
  )
}
