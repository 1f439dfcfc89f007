/** The fields of one destination: where, how, and with which headers. */
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { DecidedExport } from '../../core/model/decided-export.ts'
import { Button } from '../widgets/button.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import styles from './export-dialog.module.css'
import { type DestinationDraft, endpointProblem } from './export-draft.ts'
import { decidedBy } from './export-environment.tsx'
import { LabelledInput } from './labelled-input.tsx'
import { NameValues } from './name-values.tsx'

const hints: Readonly<Record<DestinationDraft['protocol'], readonly [hint: string, placeholder: string]>> = {
  'http/protobuf': ['OTLP over HTTP; empty sends nothing', 'http://localhost:4318'],
  'http/json': ['OTLP over HTTP; empty sends nothing', 'http://localhost:4318'],
  grpc: ['OTLP over gRPC; empty sends nothing', 'http://localhost:4317'],
  file: ['OTLP JSON lines are appended to this file', '/home/me/spans.jsonl'],
}

export interface ExportDestinationFieldsProps {
  readonly draft: DestinationDraft
  /** From 1. */
  readonly place: number
  /** The variable that the endpoint comes from; headers come with it. */
  readonly fromEnvironment?: string | undefined
  /** What variables decide of how it is sent to. */
  readonly decided?: DecidedExport | undefined
  /** Whether to say what is wrong. */
  readonly judged: boolean
  readonly onChange: (draft: DestinationDraft) => void
  readonly onRemove?: () => void
  readonly onTest?: () => void
}

export function ExportDestinationFields(props: ExportDestinationFieldsProps): ReactNode {
  const { draft, place, fromEnvironment, decided = {}, judged, onChange, onRemove, onTest } = props
  const suffix = place === 1 ? '' : ` ${place}`
  const [hint, placeholder] = hints[draft.protocol]
  return (
    <fieldset className={styles.destination} aria-label={`Destination ${place}`}>
      <LabelledInput
        label={`Endpoint${suffix}`}
        mono
        hint={hint}
        placeholder={placeholder}
        value={draft.endpoint}
        readOnly={fromEnvironment !== undefined}
        problem={judged ? endpointProblem(draft) : undefined}
        onChange={(endpoint) => onChange({ ...draft, endpoint })}
      />
      <div className={styles.ways}>
        <Segmented
          name={`Send as${suffix}`}
          options={[
            { id: 'http/protobuf', title: 'Protobuf' },
            { id: 'http/json', title: 'JSON' },
            { id: 'grpc', title: 'gRPC' },
            { id: 'file', title: 'File' },
          ]}
          chosen={draft.protocol}
          whyNot={decidedBy(decided.protocol)}
          onChoose={(protocol) => onChange({ ...draft, protocol })}
        />
        {draft.protocol === 'file' ? undefined : (
          <Segmented
            name={`Compression${suffix}`}
            options={[
              { id: 'none', title: 'Plain' },
              { id: 'gzip', title: 'gzip' },
            ]}
            chosen={draft.compression}
            whyNot={decidedBy(decided.compression)}
            onChoose={(compression) => onChange({ ...draft, compression })}
          />
        )}
        {onTest === undefined ? undefined : (
          <Button
            size="pane"
            look="outline"
            whyNot={draft.endpoint.trim() === '' ? 'there is no endpoint yet' : undefined}
            onClick={onTest}
          >
            Test destination {place}
          </Button>
        )}
        {onRemove === undefined ? undefined : (
          <Button
            size="pane"
            name={`Remove destination ${place}`}
            icon={<X size={14} strokeWidth={1.75} />}
            onClick={onRemove}
          />
        )}
      </div>
      {draft.protocol === 'file' || fromEnvironment !== undefined ? undefined : (
        <NameValues
          title={`Headers${suffix}`}
          what="header"
          items={draft.headers}
          masked={() => true}
          onChange={(headers) => onChange({ ...draft, headers })}
        />
      )}
    </fieldset>
  )
}
