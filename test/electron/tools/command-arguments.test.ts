import { describe, expect, test } from 'vitest'
import { readStartArguments } from '../../../electron/tools/launch/start-arguments.mjs'
import { readTaskscopeArguments } from '../../../electron/tools/launch/taskscope-arguments.mjs'
import { readTestArguments, stepNames } from '../../../electron/tools/test-run/test-arguments.mjs'

describe('npm start', () => {
  test.each([
    [[]],
    [['./my-tasks.ts']],
    [['--screenshot', 'shot.png']],
    [['--screenshot=shot.png', './my-tasks.ts']],
    [['--remote-debugging-port=9222']],
  ])('%j goes to the app as it is', (args) => {
    expect(readStartArguments(args)).toEqual({ kind: 'app', args })
  })

  test.each([[['--screenshot']], [['--screenshot=']], [['--screenshot', '--theme']]])(
    '%j is refused: the file is missing',
    (args) => {
      expect(readStartArguments(args)).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('needs the file'),
      })
    },
  )

  test('--help starts nothing', () => {
    expect(readStartArguments(['./my-tasks.ts', '--help'])).toEqual({ kind: 'help' })
  })
})

describe('npm test', () => {
  test('runs every step in order when none is named', () => {
    expect(readTestArguments([])).toEqual({ kind: 'steps', steps: stepNames, runnerArguments: [] })
  })

  test('runs named steps in their own order, each once', () => {
    expect(readTestArguments(['unit', 'types', 'unit'])).toMatchObject({ steps: ['types', 'unit'] })
  })

  test('hands what follows a single step to its runner', () => {
    expect(readTestArguments(['unit', 'core/runner', '-t', 'suspend'])).toEqual({
      kind: 'steps',
      steps: ['unit'],
      runnerArguments: ['core/runner', '-t', 'suspend'],
    })
  })

  test.each([[['everything']], [['unit', 'lint', 'core']]])('%j is refused with the names of the steps', (args) => {
    expect(readTestArguments(args)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('core-electron') })
  })
})

describe('taskscope', () => {
  test.each([
    [[], []],
    [
      ['--theme', 'dark'],
      ['--theme', 'dark'],
    ],
    [['open'], []],
    [['open', 'a.ts'], ['a.ts']],
    [['run', './my-tasks.ts'], ['./my-tasks.ts']],
  ])('%j opens the window with %j', (args, appArguments) => {
    expect(readTaskscopeArguments(args)).toEqual({ kind: 'window', args: appArguments })
  })

  test('run without a file says what it needs', () => {
    expect(readTaskscopeArguments(['run'])).toMatchObject({ kind: 'refused' })
  })

  test('any other verb is for the headless program, whole', () => {
    expect(readTaskscopeArguments(['analyze', 'a.ndjson', '--json'])).toEqual({
      kind: 'headless',
      args: ['analyze', 'a.ndjson', '--json'],
    })
  })

  test('help and version need nothing else', () => {
    expect(readTaskscopeArguments(['--help'])).toEqual({ kind: 'help' })
    expect(readTaskscopeArguments(['--version'])).toEqual({ kind: 'version' })
  })
})
