/**
 * An input that is being written: as a form where the schema is flat, as JSON where it is not or where the person
 * prefers it. Switching keeps what was typed; reading it gives the value to send or shows what is wrong.
 */
import { useMemo, useState } from 'react'
import { type Draft, type DraftValue, draftOf, readDraft } from './draft.ts'
import { type FormField, flatFields } from './flat-schema.ts'
import { jsonTemplate, readJson } from './json-text.ts'

export type InputReading = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

export interface InputForm {
  readonly mode: 'form' | 'json'
  /** Absent when only JSON can write it. */
  readonly fields: readonly FormField[] | undefined
  readonly draft: Draft
  readonly json: string
  readonly problems: Readonly<Record<string, string>>
  /** Of the JSON text. */
  readonly problem: string | undefined
  change(key: string, value: DraftValue): void
  changeJson(text: string): void
  switchTo(mode: 'form' | 'json'): void
  /** Reads what is typed; from the first failed reading on, problems are shown and follow the typing. */
  read(): InputReading
}

type Schema = Readonly<Record<string, unknown>> | undefined

export function useInputForm(schema: Schema, known?: unknown): InputForm {
  const fields = useMemo(() => flatFields(schema), [schema])
  const [mode, setMode] = useState<'form' | 'json'>(fields === undefined ? 'json' : 'form')
  const [draft, setDraft] = useState<Draft>(() => draftOf(fields ?? [], known))
  const [json, setJson] = useState(() => (known === undefined ? jsonTemplate(schema) : pretty(known)))
  const [judged, setJudged] = useState(false)

  const reading = useMemo(() => (fields === undefined ? undefined : readDraft(fields, draft)), [fields, draft])
  const jsonReading = useMemo(() => readJson(json), [json])
  const problem = jsonReading.ok ? missingOf(schema, jsonReading.value) : jsonReading.problem

  return {
    mode,
    fields,
    draft,
    json,
    problems: judged && mode === 'form' && reading?.ok === false ? reading.problems : {},
    problem: judged && mode === 'json' ? problem : undefined,
    change: (key, value) => setDraft((before) => ({ ...before, [key]: value })),
    changeJson: setJson,
    switchTo(next) {
      if (next === 'json' && reading?.ok) setJson(pretty(reading.value))
      if (next === 'form' && fields !== undefined && jsonReading.ok) setDraft(draftOf(fields, jsonReading.value ?? {}))
      setMode(next)
    },
    read() {
      setJudged(true)
      if (mode === 'form' && reading !== undefined) return reading.ok ? reading : { ok: false }
      return jsonReading.ok && problem === undefined ? jsonReading : { ok: false }
    },
  }
}

/** What can be said of free JSON without a validator: the required keys. Whoever runs it judges the rest. */
function missingOf(schema: Schema, value: unknown): string | undefined {
  if (schema?.type !== 'object') return undefined
  if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) {
    return 'this must be an object: { … }'
  }
  const required = Array.isArray(schema.required) ? schema.required : []
  const missing = required.filter((key) => typeof key === 'string' && !Object.hasOwn(value ?? {}, key))
  return missing.length === 0 ? undefined : `this lacks ${missing.join(', ')}`
}

function pretty(value: unknown): string {
  return JSON.stringify(value, undefined, 2) ?? ''
}
