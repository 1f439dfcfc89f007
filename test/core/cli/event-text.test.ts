import { describe, expect, it } from 'vitest'
import { createEventText } from '../../../core/cli/event-text.ts'
import { offerLines } from '../../../core/cli/offer-text.ts'
import { nodeId } from '../../../core/model/identity.ts'
import type { SpanData } from '../../../core/model/span.ts'
import { createScene, failure, keyOf, request, transition } from '../registry/scene.ts'

function told(): { readonly lines: string[]; readonly scene: ReturnType<typeof createScene> } {
  const scene = createScene()
  const text = createEventText(1000)
  const lines: string[] = []
  scene.registry.observe({ event: (event, subject) => lines.push(...text.lines(event, subject?.row)) })
  return { lines, scene }
}

describe('events as lines of text', () => {
  it('says when, who and what, with the cause', () => {
    const { lines, scene } = told()
    scene.run('a', { name: 'crawl', label: 'page 1' })
    scene.time.advanceSync(1500)
    scene.emit({ kind: 'control.requested', request: request('c', keyOf('a'), { verb: 'cancel' }) })
    scene.emit(transition('a', 'running', 'cancelling', { why: { text: 'by you', detail: 'enough' } }))
    scene.emit(
      transition('a', 'cancelling', 'failed', { outcome: failure('abandoned'), why: { text: 'its grace is over' } }),
    )
    expect(lines).toEqual([
      '   +0.000 s  crawl page 1  created',
      '   +0.000 s  crawl page 1  running',
      '   +1.500 s  crawl page 1  cancel requested by you',
      '   +1.500 s  crawl page 1  cancelling (by you, enough)',
      '   +1.500 s  crawl page 1  failed (its grace is over)',
    ])
  })

  it('tells what other programs sent for a task', () => {
    const { lines, scene } = told()
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const span: SpanData = {
      traceId,
      spanId: '00f067aa0ba902b7',
      name: 'SELECT',
      kind: 'client',
      start: 5,
      end: 47,
      status: { code: 'unset' },
      attributes: {},
      events: [],
      links: [],
      service: 'docs',
    }
    const log = { traceId, at: 6, level: 'warn', text: 'slow', attributes: {} } as const
    scene.emit({ kind: 'trace.received', traceId, spans: [span], logs: [log], bytes: 10, lost: 2 })
    expect(
      lines.map((line) =>
        line
          .trim()
          .replace(/^\S+ s {2}/, '')
          .trim(),
      ),
    ).toEqual(['docs span: SELECT, 42 ms', 'another program log: slow', '2 received spans and logs were not kept'])
  })

  it('shows progress now and then, and always when it is complete', () => {
    const { lines, scene } = told()
    scene.run('a')
    for (let current = 0; current <= 10; current += 1) {
      scene.emit({ kind: 'task.progress', id: nodeId('a'), current, total: 10 })
      scene.time.advanceSync(100)
    }
    expect(lines.slice(2)).toEqual([
      '   +0.000 s  a  progress 0/10',
      '   +0.500 s  a  progress 5/10',
      '   +1.000 s  a  progress 10/10',
    ])
  })

  it('lets no task steer the terminal', () => {
    const { lines, scene } = told()
    scene.run('a')
    scene.emit({ kind: 'task.log', id: nodeId('a'), lines: [{ stream: 'stdout', text: '\u001b[2Jgone\u202etxt' }] })
    expect(lines.at(-1)).toBe('   +0.000 s  a  stdout: \\x1b[2Jgone\\u202etxt')
  })
})

describe('tasks as lines of text', () => {
  it('names every field of the input with its type, default and meaning', () => {
    const inputSchema = {
      type: 'object',
      properties: {
        url: { type: 'string', description: 'where to begin' },
        depth: { type: 'integer', default: 3 },
        mode: { enum: ['fast', 'deep'] },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['url'],
    }
    expect(offerLines({ name: 'crawl', description: 'Walks a site', inputSchema })).toEqual([
      'crawl  Walks a site',
      '    url: string  where to begin',
      '    depth?: integer = 3',
      '    mode?: "fast" | "deep"',
      '    tags?: string[]',
    ])
    expect(offerLines({ name: 'free' })).toEqual(['free', '    input: any JSON'])
  })
})
