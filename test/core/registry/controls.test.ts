import { describe, expect, it } from 'vitest'
import type { ControlRequest } from '../../../core/model/control.ts'
import { controlId, nodeId, sourceId } from '../../../core/model/identity.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import { type ControlRouter, createControlRouter } from '../../../core/registry/control-router.ts'
import { createScene, keyOf, request, type Scene, source, transition } from './scene.ts'

interface RoutedScene extends Scene {
  readonly router: ControlRouter
  readonly received: ControlRequest[]
}

function createRouted(): RoutedScene {
  const scene = createScene()
  const received: ControlRequest[] = []
  const router = createControlRouter({
    registry: scene.registry,
    emit: createEmit(sourceId('app'), scene.time, (event) => scene.registry.apply(event)),
    clock: scene.time,
    timers: scene.time,
  })
  router.register({ id: source, control: (wish) => received.push(wish), close: () => Promise.resolve() })
  return { ...scene, router, received }
}

const c1 = controlId('c1')

describe('controls: the three facts', () => {
  it('books requested, acknowledged and effective with their own times, and shows the open one on the row', () => {
    const { registry, router, time, emit, run, task, received } = createRouted()
    run('a')
    const wish = request('c1', keyOf('a'), { verb: 'suspend' })
    router.control(wish)
    expect(received).toEqual([wish])
    expect(task('a').control).toEqual({ request: wish })
    time.advanceSync(20)
    emit({ kind: 'control.acknowledged', control: c1 })
    expect(task('a').control).toMatchObject({ acknowledgedAt: 1020 })
    time.advanceSync(400)
    emit({ kind: 'control.effective', control: c1, effect: 'at page 41' })
    expect(task('a').control).toBeUndefined()
    expect(registry.detail(keyOf('a'))?.controls).toEqual([
      { request: wish, acknowledgedAt: 1020, effectiveAt: 1420, effect: 'at page 41' },
    ])
  })

  it('says that nobody answers after five seconds, and still takes a late answer', () => {
    const { registry, router, time, emit, run, task } = createRouted()
    run('a')
    router.control(request('c1', keyOf('a'), { verb: 'suspend' }))
    time.advanceSync(4999)
    expect(task('a').control?.noAnswerAt).toBeUndefined()
    time.advanceSync(1)
    expect(task('a').control?.noAnswerAt).toBe(6000)
    time.advanceSync(1000)
    emit({ kind: 'control.effective', control: c1 })
    expect(registry.control(c1)).toMatchObject({ noAnswerAt: 6000, effectiveAt: 7000 })
  })

  it('does not say so once the control was acknowledged', () => {
    const { registry, router, time, emit, run } = createRouted()
    run('a')
    router.control(request('c1', keyOf('a'), { verb: 'suspend' }))
    emit({ kind: 'control.acknowledged', control: c1 })
    time.advanceSync(60_000)
    expect(registry.control(c1)?.noAnswerAt).toBeUndefined()
    expect(time.pending()).toBe(0)
  })

  it('refuses what has no target and what has no source, with the reason', () => {
    const { registry, router, run, time } = createRouted()
    router.control(request('c1', keyOf('nobody'), { verb: 'cancel' }))
    expect(registry.control(c1)).toMatchObject({ refusal: 'there is no such task or node' })
    const scene = createScene()
    const lonely = createControlRouter({
      registry,
      emit: createEmit(sourceId('app'), time, (event) => registry.apply(event)),
      clock: scene.time,
      timers: scene.time,
    })
    run('a')
    lonely.control(request('c2', keyOf('a'), { verb: 'cancel' }))
    expect(registry.control(controlId('c2'))).toMatchObject({ refusal: 'its source is gone, nobody can carry it out' })
  })

  it('shows a refusal until something else happens', () => {
    const { router, emit, run, task } = createRouted()
    run('a')
    router.control(request('c1', keyOf('a'), { verb: 'suspend' }))
    emit({ kind: 'control.refused', control: c1, reason: 'no' })
    emit({ kind: 'task.progress', id: nodeId('a'), current: 1 })
    expect(task('a').control).toMatchObject({ refusal: 'no' })
    emit(transition('a', 'running', 'input_required'))
    expect(task('a').control).toBeUndefined()
  })

  it('keeps what settled a control first', () => {
    const { registry, router, emit, run } = createRouted()
    run('a')
    router.control(request('c1', keyOf('a'), { verb: 'suspend' }))
    emit({ kind: 'control.refused', control: c1, reason: 'no' })
    emit({ kind: 'control.effective', control: c1 })
    expect(registry.control(c1)?.effectiveAt).toBeUndefined()
  })

  it('ignores answers to controls that nobody asked for, and a repeated id', () => {
    const { registry, router, emit, run, received } = createRouted()
    run('a')
    emit({ kind: 'control.effective', control: controlId('unheard') })
    router.control(request('c1', keyOf('a'), { verb: 'suspend' }))
    router.control(request('c1', keyOf('a'), { verb: 'cancel' }))
    expect(received).toHaveLength(1)
    expect(registry.control(c1)?.request.command.verb).toBe('suspend')
  })

  it('keeps the newest controls of a task and forgets the others by id too', () => {
    const { registry, router, run } = createRouted()
    run('a')
    for (let index = 1; index <= 60; index += 1) router.control(request(`c${index}`, keyOf('a'), { verb: 'getState' }))
    expect(
      registry
        .detail(keyOf('a'))
        ?.controls.map((control) => control.request.id)
        .slice(0, 2),
    ).toEqual(['c60', 'c59'])
    expect(registry.control(controlId('c10'))).toBeUndefined()
    expect(registry.control(controlId('c11'))).toBeDefined()
  })

  it('refuses a second source of one id', () => {
    const { router } = createRouted()
    const twin = { id: source, control() {}, close: () => Promise.resolve() }
    expect(() => router.register(twin)).toThrow('registered already')
  })

  it('stops waiting for answers when closed', () => {
    const { router, run, time } = createRouted()
    run('a')
    router.control(request('c1', keyOf('a'), { verb: 'suspend' }))
    router.close()
    expect(time.pending()).toBe(0)
  })
})
