/** `taskscope lab`: a server to try MCP tasks with, that does right or, asked for, wrong. */
import { systemClock, systemTimers } from '../../system/system-clock.ts'
import type { EraName } from '../eras/era.ts'
import { readPort, type ServingIo, serveUntilDone } from '../serve/serving.ts'
import { linkToWindow } from '../serve/window-link.ts'
import type { Deviation } from './deviation.ts'
import { deviations } from './deviations.ts'
import { createLab, labSource } from './lab-server.ts'

const labUsage = `taskscope lab [--era modern|legacy|both] [--http PORT] [--misbehave NAME...]

Serves tools to try MCP tasks with, over stdio, or over HTTP at http://127.0.0.1:PORT/mcp (0 takes a free port).
With --misbehave it gets something wrong, named after the lint rule that notices it:

${deviations.map(({ name, does, era }) => `  ${name.padEnd(32)} ${does}${era === undefined ? '' : ` (${era})`}`).join('\n')}
`

export interface LabSurroundings {
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
}

interface LabCommand {
  readonly eras: readonly EraName[]
  readonly port?: number
  readonly deviations: readonly Deviation[]
}

const longMs = 3_600_000

const eraChoices: Readonly<Record<string, readonly EraName[]>> = {
  modern: ['modern'],
  legacy: ['legacy'],
  both: ['legacy', 'modern'],
}

/**
 * @param argv the words after `taskscope lab`.
 * @returns the exit code: 0 when it has served, 1 when it could not, 64 for a command line that was not understood.
 */
export async function labCommand(argv: readonly string[], io: ServingIo, around: LabSurroundings): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    io.out(labUsage.trimEnd())
    return 0
  }
  const command = readLabCommand(argv)
  if (typeof command === 'string') {
    io.err(`taskscope lab: ${command}; "taskscope lab --help" tells what there is`)
    return 64
  }
  const { eras, deviations: chosen } = command
  const { version, env } = around
  const link = linkToWindow({
    name: 'lab',
    source: labSource,
    exports: false,
    control: (request) => lab.control(request),
    clock: systemClock,
    timers: systemTimers,
    env,
  })
  const lab = createLab({
    version,
    eras,
    deviations: chosen,
    sink: (event) => link.see(event),
    crash: () => process.kill(process.pid, 'SIGKILL'),
  })
  const { endWithInput } = lab.habits
  const { port } = command
  if (port === undefined) for (const { banner } of chosen) if (banner !== undefined) io.output.write(`${banner}\n`)
  // Once its input has ended nothing else keeps a process alive that waits for a signal.
  const awake = endWithInput ? undefined : setInterval(() => undefined, longMs)
  const problem = await serveUntilDone(lab.server, { endWithInput, ...(port !== undefined && { port }) }, io)
  clearInterval(awake)
  await lab.close()
  await link.close()
  if (problem !== undefined) io.err(`taskscope lab: ${problem}`)
  return problem === undefined ? 0 : 1
}

/** What the words ask for, or one sentence why they are not understood. */
export function readLabCommand(argv: readonly string[]): LabCommand | string {
  let eras = eraChoices.both ?? []
  let port: number | undefined
  const chosen = new Set<Deviation>()
  const words = [...argv]
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--era') {
      const choice = eraChoices[words.shift() ?? '']
      if (choice === undefined) return '--era is modern, legacy or both'
      eras = choice
    } else if (word === '--http') {
      port = readPort(words.shift())
      if (port === undefined) return '--http needs a port'
    } else if (word === '--misbehave') {
      if (words[0] === undefined || words[0].startsWith('-')) return '--misbehave needs the name of a misbehaviour'
      while (words[0] !== undefined && !words[0].startsWith('-')) {
        const name = words.shift()
        const deviation = deviations.find((each) => each.name === name)
        if (deviation === undefined) return `there is no misbehaviour ${JSON.stringify(name)}`
        chosen.add(deviation)
      }
    } else return `${JSON.stringify(word)} is not understood`
  }
  return { eras, deviations: [...chosen], ...(port !== undefined && { port }) }
}
