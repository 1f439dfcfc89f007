/**
 * Runs one task of a module in a host and follows it to its end. What is printed is what the registry was told: an
 * interrupt is a cancel that was requested, not one that has happened.
 */

import { randomUUID } from 'node:crypto'
import type { ControlVerb } from '../model/control.ts'
import type { OrderedEvent } from '../model/event.ts'
import type { EventSubject } from '../model/event-subject.ts'
import { type ControlId, controlId, type NodeKey, nodeKey } from '../model/identity.ts'
import { isTerminal } from '../model/lifecycle.ts'
import type { Outcome } from '../model/outcome.ts'
import { isTaskRow } from '../model/row.ts'
import { visibleText } from '../model/visible-text.ts'
import { systemClock } from '../system/system-clock.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Command } from './command-line.ts'
import { createEventText } from './event-text.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { type ModuleSurroundings, type OpenedModule, withModule } from './opened-module.ts'
import { sayNotOpened } from './say-not-opened.ts'
import { readSysLine, sysHelp } from './sys-line.ts'
import type { Terminal } from './terminal.ts'

type Exec = Extract<Command, { verb: 'exec' }>
type Open = Extract<OpenedModule, { ok: true }>

export function execTask(command: Exec, surroundings: ModuleSurroundings, terminal: Terminal): Promise<number> {
  const text = createEventText(systemClock.now())
  const event = (happened: OrderedEvent, subject: EventSubject | undefined): void => {
    if (command.json) terminal.out(JSON.stringify(happened))
    else for (const line of text.lines(happened, subject?.row)) terminal.err(line)
  }
  return withModule(
    command.module,
    surroundings,
    async (opened) => {
      if (!opened.ok) return sayNotOpened(opened, terminal)
      const task = chooseTask(command, opened)
      if (task === undefined) {
        const names = opened.offers.map((offer) => offer.name).join(', ')
        const problem = command.task === undefined ? 'name the task to run' : `there is no task "${command.task}"`
        terminal.err(visibleText(`taskscope: ${problem}; the module has ${names}`))
        return exitCodes.usage
      }
      const end = await follow(opened, task, command, terminal)
      if (end.kind === 'notStarted') {
        terminal.err(visibleText(`taskscope: ${task} was not started: ${end.reason}`))
        return exitCodes.notStarted
      }
      if (!command.json) sayOutcome(end.outcome, terminal)
      return end.outcome === undefined ? exitCodes.failed : exitCodeOf(end.outcome)
    },
    { event },
    (workspace) => receive(command, workspace, terminal),
  )
}

/** Says where programs may send to. That nothing can be received does not keep a task from running. */
async function receive({ receive: at }: Exec, { receiving }: Workspace, terminal: Terminal): Promise<void> {
  if (at === undefined) return
  const answer = await receiving.configure({ mode: 'open', port: at.port })
  const { endpoint, problem } = receiving.status()
  const said = answer.ok ? `receives OTLP at ${endpoint}` : answer.error
  terminal.err(`taskscope: ${said}${answer.ok && problem !== undefined ? `; ${problem}` : ''}`)
}

function chooseTask(command: Exec, opened: Open): string | undefined {
  const name = command.task ?? (opened.offers.length === 1 ? opened.offers[0]?.name : undefined)
  return opened.offers.some((offer) => offer.name === name) ? name : undefined
}

type End =
  /** Without an outcome when its source told none. */
  | { readonly kind: 'ended'; readonly outcome: Outcome | undefined }
  | { readonly kind: 'notStarted'; readonly reason: string }

function sayOutcome(outcome: Outcome | undefined, terminal: Terminal): void {
  if (outcome?.status === 'completed') terminal.out(outcome.value.text)
  if (outcome?.status === 'failed' && outcome.error.stack !== undefined) terminal.err(visibleText(outcome.error.stack))
}

/** Starts the task and resolves when it has ended, or could not start. */
function follow(opened: Open, task: string, command: Exec, terminal: Terminal): Promise<End> {
  const { registry, router } = opened.workspace
  const start = controlId(randomUUID())
  let key: NodeKey | undefined
  let interrupts = 0

  return new Promise((resolve) => {
    const stopListening = terminal.onInterrupt(interrupt)
    const stopObserving = registry.observe({ event: onEvent })

    const stopReading = command.debug === true ? terminal.onLine?.(readLine) : undefined

    function finish(end: End): void {
      stopReading?.()
      stopListening()
      stopObserving()
      resolve(end)
    }

    function onEvent(event: OrderedEvent, subject: EventSubject | undefined): void {
      const row = subject?.row
      if (event.kind === 'control.refused' && event.control === start) {
        finish({ kind: 'notStarted', reason: event.reason })
      }
      if (event.kind === 'node.changed' && row?.key === opened.host && row.endedAt !== undefined && key === undefined) {
        finish({ kind: 'notStarted', reason: 'its host has ended' })
      }
      if (event.kind === 'task.created' && key === undefined && row?.name === task && row.parent === opened.host) {
        key = row.key
      }
      if (event.kind === 'task.asked') dismiss(nodeKey(event.source, event.id), event.question.requestId)
      if (event.kind !== 'task.state' || row === undefined || row.key !== key || !isTaskRow(row)) return
      if (!isTerminal(row.state)) return
      finish({ kind: 'ended', outcome: registry.detail(row.key)?.outcome })
    }

    /** Nobody sits at a form here, and a question that waits for ever helps nobody. */
    function dismiss(asker: NodeKey, requestId: string): void {
      terminal.err('taskscope: questions cannot be answered here, it is told that nobody chose')
      ask(asker, { verb: 'answer', requestId, answer: { action: 'cancel' } })
    }

    function readLine(line: string): void {
      if (line.trim() === '') return
      const read = readSysLine(line, randomUUID)
      if (read.to === 'help') terminal.err(sysHelp)
      else if (read.to === 'nobody') terminal.err(visibleText(`taskscope: ${read.problem}`))
      else if (read.to === 'host') ask(opened.host, read.command)
      else if (key === undefined) terminal.err('taskscope: the task is not there yet')
      else ask(key, read.command, controlId(randomUUID()), read.reason)
    }

    function interrupt(): void {
      interrupts += 1
      if (interrupts > 1 || key === undefined) ask(opened.host, { verb: 'kill' })
      else {
        terminal.err('taskscope: asking the task to cancel; Ctrl-C again ends its host')
        ask(key, { verb: 'cancel' }, controlId(randomUUID()), 'Ctrl-C')
      }
    }

    function ask(target: NodeKey, verb: ControlVerb, id: ControlId = controlId(randomUUID()), reason?: string): void {
      router.control({
        id,
        target,
        by: { kind: 'person' },
        requestedAt: systemClock.now(),
        command: verb,
        ...(reason === undefined ? {} : { reason }),
      })
    }

    for (const breakpoint of command.breakpoints ?? []) {
      ask(opened.host, { verb: 'setBreakpoint', breakpoint: { id: randomUUID(), ...breakpoint } })
    }
    ask(opened.host, { verb: 'start', offer: task, input: command.input }, start)
  })
}
