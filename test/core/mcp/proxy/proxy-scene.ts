/** What a file of tests needs that runs real proxies: the built program, and for each test an application to meet. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type BuiltProgram, buildProgram } from '../../cli/built-program.ts'
import { type MeetingPlace, newMeetingPlace } from './watching-app.ts'

export interface ProxyScene {
  readonly program: BuiltProgram
  /** A new one for each test. */
  readonly meeting: MeetingPlace
  /** Starts the program with the environment in which it meets the application; it is killed after the test. */
  start: BuiltProgram['start']
  /** Kills a process of another kind, too, after the test. */
  add(process: ChildProcess): void
}

export function proxySceneOfThisFile(): ProxyScene {
  let program: BuiltProgram
  let meeting: MeetingPlace
  const children: ChildProcess[] = []

  beforeAll(async () => {
    program = await buildProgram()
  }, 30_000)
  afterAll(() => program.remove())
  beforeEach(() => {
    meeting = newMeetingPlace()
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await meeting.remove()
  })

  return {
    get program() {
      return program
    },
    get meeting() {
      return meeting
    },
    start(args, env = meeting.env) {
      const child = program.start(args, env)
      children.push(child)
      return child
    },
    add: (child) => void children.push(child),
  }
}
