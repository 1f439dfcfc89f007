/** What the environment decides of the export: it wins over what a person sets here. */
import { Fragment, type ReactNode } from 'react'
import type { ExportSettings } from '../../core/feed/app-commands.ts'
import styles from './export-dialog.module.css'

/** Why something cannot be changed here, when a variable decides it. */
export function decidedBy(variable: string | undefined): string | undefined {
  return variable === undefined ? undefined : `${variable} decides this`
}

/** Which variables decide what cannot be changed here. */
export function ExportEnvironment({ settings }: { readonly settings: ExportSettings }): ReactNode {
  const { endpoint, fromEnvironment, decided = {} } = settings
  const others = [...new Set(Object.values(decided))].filter((variable) => variable !== fromEnvironment)
  if (fromEnvironment === undefined && others.length === 0) return undefined
  const variables = others.length + (fromEnvironment === undefined ? 0 : 1)
  const off = fromEnvironment !== undefined && endpoint === ''
  return (
    <p className={styles.environment}>
      {fromEnvironment === undefined ? undefined : off ? (
        <>
          <code>{fromEnvironment}</code> switches exporting off.{' '}
        </>
      ) : (
        <>
          The endpoint comes from <code>{fromEnvironment}</code>, headers from <code>OTEL_EXPORTER_OTLP_HEADERS</code>.{' '}
        </>
      )}
      {others.map((variable, place) => (
        <Fragment key={variable}>
          {place === 0 ? '' : place === others.length - 1 ? ' and ' : ', '}
          <code>{variable}</code>
        </Fragment>
      ))}
      {others.length === 0 ? '' : others.length === 1 ? ' is obeyed. ' : ' are obeyed. '}
      Start the app without {variables === 1 ? 'it' : 'them'} to decide that here.
    </p>
  )
}
