import { expect, test } from 'vitest'
import { nodeId, nodeKey, sourceId } from '../../../core/model/identity.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { withoutSources } from '../../../core/workspace/without-sources.ts'

test('an observer hears nothing of the sources that it is to leave out', () => {
  const registry = createRegistry()
  const heard: string[] = []
  const observer = {
    event: ({ source }: { source: string }) => heard.push(source),
    removed: (key: string) => heard.push(key),
  }
  registry.observe(withoutSources(observer, (source) => source === 'theirs'))
  for (const source of [sourceId('ours'), sourceId('theirs')]) {
    const id = nodeId('host')
    const body = { kind: 'node.opened', id, node: 'host', name: 'x', status: 'open', capabilities: {} } as const
    registry.apply({ v: 1, source, seq: 1, at: 0, ...body })
    registry.removeSource(source)
  }
  expect(heard).toEqual(['ours', nodeKey(sourceId('ours'), nodeId('host'))])
})
