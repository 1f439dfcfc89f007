import { describe, expect, it } from 'vitest'
import { defineSupervisor } from '../../../../core/runner/define-supervisor.ts'
import { defineTask } from '../../../../core/runner/define-task.ts'
import { collectExports } from '../../../../core/runner/module/module-exports.ts'

const run = async () => 1
const a = defineTask({ name: 'a', run })
const keeper = defineSupervisor({
  name: 'keeper',
  strategy: 'one_for_one',
  children: [{ id: 'a', task: a, restart: 'permanent' }],
})

function names(namespace: Readonly<Record<string, unknown>>): readonly string[] {
  return collectExports(namespace).tasks.map((task) => task.name)
}

describe('exports of a module', () => {
  it('are found by name and as default', () => {
    expect(names({ first: a, default: defineTask({ name: 'b', run }) })).toEqual(['a', 'b'])
    expect(collectExports({ keeper }).supervisors).toEqual([keeper])
    expect(collectExports({ default: keeper }).supervisors).toEqual([keeper])
  })

  it('are found inside the one default export that CommonJS has', () => {
    const found = collectExports({ default: { a, keeper, helper: () => 1 } })
    expect(found.tasks).toEqual([a])
    expect(found.supervisors).toEqual([keeper])
  })

  it('count once, however many names they have', () => {
    expect(collectExports({ a, alias: a, default: a }).tasks).toEqual([a])
  })

  it('stay apart when two tasks have one name', () => {
    expect(names({ a, other: defineTask({ name: 'a', run }) })).toEqual(['a', 'a-2'])
  })

  it('make a task of a plain async function, under the name of its export', async () => {
    async function own(): Promise<void> {}
    expect(names({ crawl: own })).toEqual(['crawl'])
    expect(names({ default: own })).toEqual(['own'])
    expect(names({ default: async () => 1 })).toEqual(['default'])
  })

  it('leave a task its name against a function that is exported under it', () => {
    expect(collectExports({ a: async () => 1, task: a }).tasks).toEqual([a])
  })

  it('leave out what is neither', () => {
    const found = collectExports({ n: 1, f: () => 1, c: class {}, o: { a }, nothing: null, default: null })
    expect(found).toMatchObject({ tasks: [], supervisors: [], concurrency: undefined })
    expect([...found.functions.keys()]).toEqual(['f', 'c'])
  })

  it('say how many of its tasks may run at once, when it is a whole number', () => {
    const limit = (concurrency: unknown) => collectExports({ concurrency }).concurrency
    expect([limit(3), limit(0), limit(1.5), limit('2')]).toEqual([3, undefined, undefined, undefined])
    expect(collectExports({ default: { concurrency: 4 } }).concurrency).toBe(4)
  })

  it('are recognised when another copy of the library made them', () => {
    const foreign = { name: 'foreign', run, [Symbol.for('taskscope.task')]: true }
    expect(names({ foreign })).toEqual(['foreign'])
  })
})
