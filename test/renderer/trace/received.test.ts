import { describe, expect, it } from 'vitest'
import type { ReceivedLog, ReceivedTrace } from '../../../core/model/received.ts'
import type { SpanData } from '../../../core/model/span.ts'
import { receivedLogsOf } from '../../../renderer/trace/received-logs.ts'
import { spanCount } from '../../../renderer/trace/span-count.ts'
import { completeness, spanTree } from '../../../renderer/trace/span-tree.ts'
import { foundSpans } from '../../../renderer/trace/visible-spans.ts'
import { codeSpan, ids, start, stay, task, traceId, traceOf } from './span-samples.ts'

const search = task(1, { id: 's', name: 'search', trace: ids('s1'), at: 0, till: 900 }, [stay('running', 0, 900)])
const index = task(2, { id: 'i', name: 'index', under: 's', trace: ids('i1', 's1'), at: 100, till: 500 })

function received(spans: readonly SpanData[], logs: readonly ReceivedLog[] = [], lost = 0): ReceivedTrace {
  return { spans: { items: spans, dropped: 0 }, logs: { items: logs, dropped: 0 }, lost }
}

function theirs(spanId: string, parentSpanId: string | undefined, from: number, to: number): SpanData {
  return codeSpan(spanId, from, to, { service: 'docs-server', ...(parentSpanId !== undefined && { parentSpanId }) })
}

function log(text: string, spanId: string | undefined, at: number): ReceivedLog {
  const of = spanId === undefined ? {} : { spanId }
  return { traceId, ...of, at: start + at, level: 'info', text, attributes: {}, service: 'docs-server' }
}

describe('spans of other programs', () => {
  const trace = traceOf([search, index], {
    received: received([theirs('q', 'h', 120, 200), theirs('h', 's1', 110, 300), theirs('w', 'i1', 150, 160)]),
  })

  it('stand under the task whose span they name, however late their own parents come', () => {
    const tree = spanTree(trace)
    expect(tree.nodes.map(({ depth, name, task: of }) => `${depth} ${name} of ${of?.split('/')[1]}`)).toEqual([
      '0 task search of s',
      '1 task.running of s',
      '1 task index of i',
      '2 w of i',
      '1 h of s',
      '2 q of s',
    ])
    expect(tree.nodes).toHaveLength(spanCount(trace))
    expect(tree.nodes.at(-1)).toMatchObject({ kind: 'code', received: true, span: { service: 'docs-server' } })
    expect(completeness(tree)).toBe('complete')
  })

  it('are found by the name of their service', () => {
    expect(foundSpans(spanTree(trace).nodes, 'docs-server')).toHaveLength(3)
  })

  it('stand under the first task while their parent is not there, which counts as missing', () => {
    const tree = spanTree(traceOf([search], { received: received([theirs('q', 'h', 120, 200)]) }))
    expect(tree.nodes.at(-1)).toMatchObject({ depth: 1, name: 'q', task: search.row.key })
    expect(tree.missing).toBe(1)
  })

  it('that are ours and came back over a collector are shown once', () => {
    const own = task(1, { id: 's', name: 'search', trace: ids('s1'), at: 0, till: 900 }, [], [codeSpan('c', 10, 20)])
    const tree = spanTree(traceOf([own], { received: received([codeSpan('c', 10, 20), codeSpan('s1', 0, 900)]) }))
    expect(tree.nodes.map(({ name }) => name)).toEqual(['task search', 'c'])
  })

  it('that were not kept make a trace partial', () => {
    const tree = spanTree(traceOf([search], { received: received([], [], 7) }))
    expect(tree).toMatchObject({ dropped: 7, missing: 7 })
    expect(completeness(tree)).toBe('partial')
  })
})

describe('logs of other programs', () => {
  it('belong to the task above their span, in the order of time', () => {
    const spans = [theirs('q', 'h', 120, 200), theirs('h', 's1', 110, 300), theirs('w', 'i1', 150, 160)]
    const logs = [log('second', 'q', 130), log('first', 's1', 111), log('other', 'w', 155), log('lost', undefined, 200)]
    const trace = traceOf([search, index], { received: received(spans, logs) })
    expect(receivedLogsOf(trace, search.row.key).map(({ text }) => text)).toEqual(['first', 'second', 'lost'])
    expect(receivedLogsOf(trace, index.row.key).map(({ text }) => text)).toEqual(['other'])
  })

  it('of spans that go round belong to the first task', () => {
    const spans = [theirs('a', 'b', 1, 2), theirs('b', 'a', 1, 2)]
    const trace = traceOf([search, index], { received: received(spans, [log('round', 'a', 1)]) })
    expect(receivedLogsOf(trace, search.row.key)).toHaveLength(1)
  })
})
