/**
 * `taskscope wrap [--record FILE] [--raw] -- COMMAND…`: an MCP client launches this instead of its server, and the
 * server behind it. Nothing is written but to the record file; stdout and stderr belong to the server.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import { openRecordFile, type RecordFile } from './record-file.ts'
import { createRecordingTap } from './recording-tap.ts'
import { type Shim, type ShimExit, type ShimStreams, startShim } from './stdio-shim.ts'

export interface WrapIo {
  readonly streams: ShimStreams
  readonly clock: Clock
  readonly timers: Timers
  /** Calls `handle` for each signal that this process gets, until disposed. */
  readonly onSignal: (handle: (name: NodeJS.Signals) => void) => () => void
}

interface WrapArguments {
  readonly command: string
  readonly args: readonly string[]
  readonly record?: string
  readonly raw: boolean
}

const usage = 'usage: taskscope wrap [--record FILE] [--raw] -- COMMAND [ARGUMENT…]\n'
const wrongUsage = { code: 2, signal: undefined }
const notStarted = { code: 127, signal: undefined }

/** @returns how this process is to end: as the server did, with 2 for a wrong command line, 127 when it cannot start */
export async function wrapCommand(argv: readonly string[], io: WrapIo): Promise<ShimExit> {
  const say = (text: string) => io.streams.stderr.write(`taskscope wrap: ${text}\n`)
  if (argv[0] === '--help' || argv[0] === '-h') {
    // Nobody speaks MCP with who asks this.
    io.streams.stdout.write(usage)
    return { code: 0, signal: undefined }
  }
  const wanted = parseArguments(argv)
  if (wanted === undefined) {
    io.streams.stderr.write(usage)
    return wrongUsage
  }
  const { command, args, raw } = wanted
  const giveUp = (error: unknown) =>
    say(`recording has stopped: ${error instanceof Error ? error.message : String(error)}`)
  let file: RecordFile | undefined
  if (wanted.record !== undefined) {
    try {
      file = openRecordFile(wanted.record, giveUp)
    } catch (error) {
      giveUp(error)
    }
  }
  const write = file?.write
  const meta = { scenario: 'wrap', transport: 'stdio', command: [command, ...args] }
  const tap = write === undefined ? undefined : createRecordingTap({ clock: io.clock, write, meta, raw })
  const shim: Shim = startShim({
    command,
    args,
    streams: io.streams,
    timers: io.timers,
    ...(tap === undefined ? {} : { tap, tapFailed: giveUp }),
  })
  const stopListening = io.onSignal((name) => shim.signal(name))
  try {
    return await shim.done
  } catch (error) {
    say(`cannot start ${command}: ${error instanceof Error ? error.message : String(error)}`)
    return notStarted
  } finally {
    stopListening()
    await file?.close()
  }
}

function parseArguments(argv: readonly string[]): WrapArguments | undefined {
  const rest = [...argv]
  let record: string | undefined
  let raw = false
  for (let option = rest.shift(); option !== undefined; option = rest.shift()) {
    if (option === '--raw') raw = true
    else if (option === '--record') record = rest.shift()
    else if (option === '--') break
    else return undefined
    if (option === '--record' && record === undefined) return undefined
  }
  const [command, ...args] = rest
  return command === undefined ? undefined : { command, args, raw, ...(record === undefined ? {} : { record }) }
}
