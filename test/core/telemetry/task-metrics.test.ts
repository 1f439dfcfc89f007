import { expect, it } from 'vitest'
import { controlId } from '../../../core/model/identity.ts'
import { attributeNames as names } from '../../../core/telemetry/attribute-names.ts'
import { createHistogramSeries, durationBounds } from '../../../core/telemetry/histogram-series.ts'
import { createTaskMetrics } from '../../../core/telemetry/task-metrics.ts'
import { createScene, done, keyOf, request, transition } from '../registry/scene.ts'

function measured() {
  const scene = createScene()
  const metrics = createTaskMetrics(scene.time.now())
  scene.registry.observe(metrics)
  const points = (name: string) => metrics.read(scene.time.now()).find((metric) => metric.name === name)?.points ?? []
  return { ...scene, points }
}

it('measures how long tasks take and how long they are in each state', async () => {
  const { run, emit, time, points } = measured()
  run('a')
  await time.advance(2000)
  emit(transition('a', 'running', 'suspended'))
  await time.advance(500)
  emit(transition('a', 'suspended', 'running'))
  emit(transition('a', 'running', 'completed', { outcome: done }))
  expect(points('taskscope.task.duration')).toMatchObject([
    { attributes: { [names.taskName]: 'a', [names.outcome]: 'completed' }, count: 1, sum: 2.5 },
  ])
  expect(points('taskscope.task.time_in_state')).toMatchObject([
    { attributes: { [names.state]: 'pending' }, count: 1, sum: 0 },
    { attributes: { [names.state]: 'running' }, count: 2, sum: 2, min: 0, max: 2 },
    { attributes: { [names.state]: 'suspended' }, count: 1, sum: 0.5 },
  ])
})

it('measures from a control to its acknowledgement and its effect', async () => {
  const { run, emit, time, points } = measured()
  run('a')
  emit({ kind: 'control.requested', request: request('c1', keyOf('a'), { verb: 'suspend' }) })
  await time.advance(20)
  emit({ kind: 'control.acknowledged', control: controlId('c1') })
  await time.advance(80)
  emit({ kind: 'control.effective', control: controlId('c1') })
  expect(points('taskscope.control.time_to_acknowledge')).toMatchObject([
    { attributes: { [names.controlVerb]: 'suspend' }, sum: 0.02 },
  ])
  expect(points('taskscope.control.time_to_effect')).toMatchObject([{ sum: 0.1 }])
})

it('does not count what the registry did not accept, and forgets what is removed', () => {
  const { run, emit, registry, points } = measured()
  run('a')
  emit(transition('a', 'running', 'completed', { outcome: done }))
  emit(transition('a', 'completed', 'running'))
  expect(points('taskscope.task.duration')).toMatchObject([{ count: 1 }])
  run('b')
  registry.removeSource(registry.row(keyOf('b'))?.source ?? expect.fail('b is there'))
  expect(points('taskscope.task.duration')).toMatchObject([{ count: 1 }])
})

it('puts every duration into one bucket, bounds inclusive, and bounds the number of series', () => {
  const series = createHistogramSeries()
  for (const seconds of [-1, 0.001, 0.0011, 5000]) series.record(seconds, { name: 'a' })
  const [point] = series.points()
  expect(point?.counts[0]).toBe(2)
  expect(point?.counts[1]).toBe(1)
  expect(point?.counts[durationBounds.length]).toBe(1)
  for (let n = 0; n < 1000; n++) series.record(1, { name: `n${n}` })
  expect(series.points().length).toBeLessThanOrEqual(201)
  expect(series.points().reduce((sum, { count }) => sum + count, 0)).toBe(1004)
})
