import { describe, expect, it } from 'vitest'
import { sourceId } from '../../core/model/identity.ts'
import { endingTasks } from '../../electron/ending-tasks.ts'
import { host, task } from '../renderer/row-samples.ts'

const connection = (source: string, facts: Record<string, string | boolean>) =>
  host('connection', { source: sourceId(source), name: source, node: 'connection', facts })

describe('what ends when Taskscope ends', () => {
  it('is every live task of its hosts and of the servers that it launched', () => {
    const rows = [
      host('host', { name: 'mine', facts: { path: '/mine.ts' } }),
      task('a'),
      task('b', { state: 'suspended' }),
      connection('lab', { transport: 'stdio' }),
      task('c', { source: sourceId('lab'), state: 'input_required' }),
    ]
    expect(endingTasks(rows, '/demo.ts')).toEqual({ count: 3, places: ['mine', 'lab'] })
  })

  it('is nothing that has ended, and no plain call', () => {
    const rows = [
      host('host'),
      task('a', { state: 'completed' }),
      task('b', { state: 'failed', failure: 'lost' }),
      task('c', { node: 'call' }),
    ]
    expect(endingTasks(rows, '/demo.ts')).toEqual({ count: 0, places: [] })
  })

  it('is nothing of the demo', () => {
    const rows = [host('host', { name: 'demo', facts: { path: '/demo.ts' } }), task('a')]
    expect(endingTasks(rows, '/demo.ts')).toEqual({ count: 0, places: [] })
  })

  it('is nothing of servers elsewhere, of other clients’ conversations, of served tasks and of recordings', () => {
    const elsewhere = [
      connection('http', { transport: 'http' }),
      connection('proxied', { transport: 'stdio', proxy: true }),
      connection('recorded', { transport: 'recording', recording: true }),
      host('host', { source: sourceId('served'), facts: { served: true } }),
    ]
    const rows = elsewhere.flatMap((row) => [row, task('t', { source: row.source })])
    expect(endingTasks(rows, '/demo.ts')).toEqual({ count: 0, places: [] })
  })
})
