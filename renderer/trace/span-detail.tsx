/** One span below the waterfall: its attributes, what happened within it, what it wrote, and what it points to. */
import { type ReactNode, useMemo } from 'react'
import { offer } from '../../core/model/capability.ts'
import type { Detail, TimedLogLine } from '../../core/model/detail.ts'
import type { OrderedEvent } from '../../core/model/event.ts'
import type { ReceivedLog } from '../../core/model/received.ts'
import { isTaskRow } from '../../core/model/row.ts'
import type { SpanLinkData } from '../../core/model/span.ts'
import type { Trace } from '../../core/model/trace.ts'
import { CopyButton } from '../detail/copy-button.tsx'
import { eventLine } from '../detail/event-line.ts'
import { lineText } from '../detail/line-list.tsx'
import { SafeText } from '../detail/safe-text.tsx'
import { durationText } from '../detail/time-text.ts'
import { useDetail, useRow, useSelection, useSend } from '../state/hooks.ts'
import { Button } from '../widgets/button.tsx'
import { receivedLogsOf } from './received-logs.ts'
import { attributesOf } from './span-attributes.ts'
import styles from './span-detail.module.css'
import type { SpanNode } from './span-node.ts'
import { SpanGlyph } from './span-row.tsx'

/** More than these nobody reads here; the tabs of the task have all. */
const mostLines = 200

export function SpanDetail({
  node,
  trace,
  now,
}: {
  readonly node: SpanNode
  readonly trace: Trace
  readonly now: number
}): ReactNode {
  const { traceId } = trace
  const received = useMemo(() => receivedLogs(node, trace), [node, trace])
  return (
    <section
      className={styles.detail}
      aria-label={`Span ${node.name}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keys
      tabIndex={0}
    >
      <SpanHead node={node} traceId={traceId} now={now} />
      <div className={styles.columns}>
        <div>
          <h3 className={styles.title}>Attributes</h3>
          <Pairs pairs={Object.entries(attributesOf(node)).map(([name, value]) => [name, String(value)])} />
        </div>
        {node.task === undefined ? (
          <Happened node={node} detail={undefined} received={received} />
        ) : (
          <OfTask node={node} received={received} />
        )}
        <Links node={node} />
      </div>
    </section>
  )
}

const endings: Readonly<Record<SpanNode['kind'], string>> = {
  state: 'ends at the next transition',
  task: 'ends with the task',
  code: 'the code has not ended it',
}

function SpanHead({
  node,
  traceId,
  now,
}: {
  readonly node: SpanNode
  readonly traceId: string
  readonly now: number
}): ReactNode {
  const { key: selected, select } = useSelection()
  const send = useSend()
  const row = useRow(node.task)
  const task = row !== undefined && isTaskRow(row) ? row : undefined
  const held = task?.state === 'suspended' && node.to === undefined && offer(task, 'resume').offered
  return (
    <header className={styles.head}>
      <SpanGlyph node={node} />
      <code className={styles.name}>
        <SafeText text={node.name} />
      </code>
      <span className={styles.took}>
        {node.to === undefined
          ? `open for ${durationText(Math.max(0, now - node.from))}`
          : `took ${durationText(node.to - node.from)}`}
      </span>
      {node.kind === 'code' && node.received === true ? (
        <span className={styles.note}>
          from <SafeText text={node.span.service ?? 'a program without a name'} />, received over OTLP
        </span>
      ) : undefined}
      {node.to === undefined ? <span className={styles.note}>{endings[node.kind]}</span> : undefined}
      <span className={styles.acts}>
        {held && task !== undefined ? (
          <Button size="pane" look="outline" onClick={() => send(task.key, { verb: 'resume' })}>
            Resume <SafeText text={task.name} />
          </Button>
        ) : undefined}
        {task !== undefined && task.key !== selected ? (
          <Button size="pane" look="outline" keys="Enter" onClick={() => select(task.key)}>
            Show task
          </Button>
        ) : undefined}
        {node.spanId === undefined ? undefined : (
          <span className={styles.id}>
            <code title={`Trace ${traceId}`}>{node.spanId}</code>
            <CopyButton text={node.spanId} name="Copy span id" />
          </span>
        )}
      </span>
    </header>
  )
}

interface HappenedProps {
  readonly node: SpanNode
  readonly received: readonly ReceivedLog[]
}

function OfTask({ node, received }: HappenedProps): ReactNode {
  return <Happened node={node} detail={useDetail(node.task)} received={received} />
}

/** Events and lines between its start and its end. */
function Happened({ node, detail, received }: HappenedProps & { readonly detail: Detail | undefined }): ReactNode {
  const events = useMemo(() => happenings(node, detail), [node, detail])
  const lines = useMemo(() => linesWithin(node, detail, received), [node, detail, received])
  const select = (at: number) => `${at < node.from ? '−' : '+'}${durationText(Math.abs(at - node.from))}`
  return (
    <>
      <div>
        <h3 className={styles.title}>Events</h3>
        {events.length === 0 ? <p className={styles.note}>none</p> : undefined}
        <dl className={styles.pairs}>
          {events.map((event) => (
            <div key={event.key} className={styles.event}>
              <dt>{select(event.at)}</dt>
              <dd>
                <SafeText text={event.name} />{' '}
                <span className={styles.note}>
                  <SafeText text={event.text} />
                </span>
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <div>
        <h3 className={styles.title}>Logs</h3>
        {lines.length === 0 ? <p className={styles.note}>none</p> : undefined}
        <dl className={styles.pairs} aria-label="Logs of this span">
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be alike
            <div key={index} className={styles.event} data-level={line.level}>
              <dt>{select(line.at)}</dt>
              <dd>
                <SafeText text={lineText(line.text.trimEnd())} />
                {line.service === undefined ? undefined : (
                  <span className={styles.note}>
                    {' '}
                    <SafeText text={line.service} />
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  )
}

interface Happening {
  readonly key: string
  readonly at: number
  readonly name: string
  readonly text: string
}

function happenings(node: SpanNode, detail: Detail | undefined): readonly Happening[] {
  if (node.kind === 'code') {
    return node.span.events.slice(-mostLines).map((event, index) => ({
      key: String(index),
      at: event.at,
      name: event.name,
      text: Object.values(event.attributes ?? {}).join(', '),
    }))
  }
  if (detail === undefined) return []
  const from = node.kind === 'state' ? askedAt(node.from, detail) : node.from
  return detail.events.items
    .filter((event) => event.at >= from && (node.to === undefined || event.at <= node.to) && event.kind !== 'task.live')
    .slice(-mostLines)
    .map((event) => ({ key: String(event.ord), at: event.at, name: event.kind, text: textOf(event) }))
}

function textOf(event: OrderedEvent): string {
  return eventLine(event).text
}

/** When the control was asked for that led into a state: its story belongs to the stay that it began. */
function askedAt(from: number, detail: Detail): number {
  const cause = detail.controls.find(
    ({ effectiveAt }) => effectiveAt !== undefined && Math.abs(effectiveAt - from) < 50,
  )
  return cause === undefined ? from : Math.min(from, cause.request.requestedAt)
}

type SpanLine = Pick<TimedLogLine, 'at' | 'level' | 'text'> & { readonly service?: string }

/** Other programs say which span they logged for; what our own tasks wrote is found by its time. */
function linesWithin(
  node: SpanNode,
  detail: Detail | undefined,
  received: readonly ReceivedLog[],
): readonly SpanLine[] {
  if (node.kind === 'code' && node.received === true) return received.slice(-mostLines)
  const within = ({ at }: SpanLine) => at >= node.from && (node.to === undefined || at <= node.to)
  const own: readonly SpanLine[] = detail?.logs.items.filter(within) ?? []
  if (received.length === 0) return own.slice(-mostLines)
  const theirs = node.kind === 'code' ? received : received.filter(within)
  return [...own, ...theirs].sort((a, b) => a.at - b.at).slice(-mostLines)
}

/** Of code: what was logged for this very span. Of a task and its states: all that was logged for the task. */
function receivedLogs(node: SpanNode, trace: Trace): readonly ReceivedLog[] {
  if (node.kind === 'code') return trace.received?.logs.items.filter(({ spanId }) => spanId === node.spanId) ?? []
  return receivedLogsOf(trace, node.task)
}

function Links({ node }: { readonly node: SpanNode }): ReactNode {
  const earlier = useRow(node.kind === 'task' ? node.row.retryOf : undefined)
  const links: SpanLinkData[] = node.kind === 'code' ? [...node.span.links] : []
  if (earlier !== undefined && isTaskRow(earlier) && earlier.trace !== undefined) {
    links.push({ ...earlier.trace, attributes: { 'taskscope.link': 'retry_of' } })
  }
  if (links.length === 0) return undefined
  return (
    <div>
      <h3 className={styles.title}>Links</h3>
      <dl className={styles.pairs}>
        {links.map((link) => (
          <div key={`${link.traceId}${link.spanId}`} className={styles.pair}>
            <dt>{Object.values(link.attributes ?? {}).join(', ') || 'span'}</dt>
            <dd className={styles.link}>
              <code>{link.spanId}</code>
              <CopyButton text={link.spanId} name="Copy linked span id" />
              <code className={styles.note}>{link.traceId}</code>
              <CopyButton text={link.traceId} name="Copy linked trace id" />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function Pairs({ pairs }: { readonly pairs: readonly (readonly [string, string])[] }): ReactNode {
  if (pairs.length === 0) return <p className={styles.note}>none</p>
  return (
    <dl className={styles.pairs}>
      {pairs.map(([name, value]) => (
        <div key={name} className={styles.pair}>
          <dt>
            <SafeText text={name} />
          </dt>
          <dd>
            <SafeText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
