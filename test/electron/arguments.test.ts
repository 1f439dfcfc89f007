import { describe, expect, it } from 'vitest'
import { ownArguments, readArguments } from '../../electron/arguments.ts'

describe('the command line', () => {
  it('opens the module whose path is given, relative to where the command was typed', () => {
    expect(readArguments(['./my-tasks.ts'], '/home/ada/work')).toEqual({ modulePath: '/home/ada/work/my-tasks.ts' })
  })

  it('takes the screenshot file in both spellings', () => {
    expect(readArguments(['--screenshot', 'shot.png'], '/w').screenshot).toBe('/w/shot.png')
    expect(readArguments(['--screenshot=shot.png'], '/w').screenshot).toBe('/w/shot.png')
  })

  it('does not take the value of a switch for a module', () => {
    expect(readArguments(['--screenshot', 'shot.png', 'tasks.mjs'], '/w')).toEqual({
      screenshot: '/w/shot.png',
      modulePath: '/w/tasks.mjs',
    })
  })

  it('leaves the switches of Chromium alone', () => {
    expect(readArguments(['--no-sandbox', '--remote-debugging-port=0', '-x'], '/w')).toEqual({})
  })

  it('ignores a theme that does not exist and a screenshot without a file', () => {
    expect(readArguments(['--theme=sepia', '--screenshot'], '/w')).toEqual({})
    expect(readArguments(['--theme', 'light'], '/w')).toEqual({ theme: 'light' })
  })

  it('receives at the standard port or at another, and takes no module for one', () => {
    expect(readArguments(['--receive', 'tasks.ts'], '/w')).toEqual({ receive: {}, modulePath: '/w/tasks.ts' })
    expect(readArguments(['--receive=14318'], '/w')).toEqual({ receive: { port: 14_318 } })
    expect(readArguments(['--receive=none'], '/w')).toEqual({ receive: {} })
  })

  it('cuts off the executable, and in development the folder of the application', () => {
    expect(ownArguments(['/e/electron', '--no-sandbox', '/repo', 'a.ts', '--empty'], false)).toEqual([
      'a.ts',
      '--empty',
    ])
    expect(ownArguments(['/opt/taskscope', 'a.ts'], true)).toEqual(['a.ts'])
  })
})
