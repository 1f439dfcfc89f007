/**
 * Watches a conversation with every rule and gathers what they find, in the order in which it was found. Works on live
 * and recorded traffic alike; what only time shows is judged by the times of what passes.
 */
import type { SideEvent, WireObserver } from '../analyze/analyzer.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import type { World } from '../analyze/world.ts'
import type { Sighting } from '../wire/conversation.ts'
import type { LintFinding, RuleFamily } from './rule.ts'
import { ruleFamilies } from './rule-families.ts'
import { TaskLedger } from './task-ledger.ts'

/** Frames named by one finding; a fault that goes on for ever says so without naming every frame. */
const maxFrames = 1000
/** Findings of one conversation; a hostile peer cannot fill the memory with them. */
const maxFindings = 10_000

interface OpenFinding extends LintFinding {
  readonly seq: number[]
}

export class Linter implements WireObserver {
  readonly #findings: OpenFinding[] = []
  readonly #byKey = new Map<string, OpenFinding>()
  readonly #watchers: readonly WireObserver[]
  readonly #found: ((finding: LintFinding) => void) | undefined
  #modern = false
  #dropped = 0

  /** @param found is told each finding when it is made, not when further frames join it */
  constructor(found?: (finding: LintFinding) => void, families: readonly RuleFamily[] = ruleFamilies) {
    this.#found = found
    const ledger = new TaskLedger()
    const watchers = families.map((family) =>
      family.watch((rule, discovery) => this.#add(family, rule, discovery), ledger),
    )
    this.#watchers = [ledger, ...watchers]
  }

  get findings(): readonly LintFinding[] {
    return this.#findings
  }

  /** Findings that there was no room for. */
  get dropped(): number {
    return this.#dropped
  }

  time(at: number, world: World): void {
    this.#modern = world.era?.name === 'modern'
    for (const watcher of this.#watchers) watcher.time?.(at, world)
  }

  frame(sighting: Sighting, world: World): void {
    this.#modern = world.era?.name === 'modern'
    for (const watcher of this.#watchers) watcher.frame?.(sighting, world)
  }

  fact(fact: WireFact, world: World): void {
    this.#modern = world.era?.name === 'modern'
    for (const watcher of this.#watchers) watcher.fact?.(fact, world)
  }

  side(event: SideEvent, world: World): void {
    this.#modern = world.era?.name === 'modern'
    for (const watcher of this.#watchers) watcher.side?.(event, world)
  }

  end(at: number, world: World): void {
    this.#modern = world.era?.name === 'modern'
    for (const watcher of this.#watchers) watcher.end?.(at, world)
  }

  #add(family: RuleFamily, rule: string, discovery: Parameters<Parameters<RuleFamily['watch']>[0]>[1]): void {
    const { taskId, seq, text, key = text } = discovery
    const fullKey = JSON.stringify([rule, taskId, key])
    const known = this.#byKey.get(fullKey)
    if (known !== undefined) {
      for (const number of seq) if (known.seq.length < maxFrames && !known.seq.includes(number)) known.seq.push(number)
      return
    }
    if (this.#findings.length >= maxFindings) {
      this.#dropped += 1
      return
    }
    const severity = family.rules[rule]?.severity ?? 'warning'
    const finding = {
      rule,
      severity,
      ...(taskId === undefined ? {} : { taskId }),
      seq: [...new Set(seq)],
      text,
      ...(this.#modern && { era: 'modern' as const }),
    }
    this.#findings.push(finding)
    this.#byKey.set(fullKey, finding)
    this.#found?.(finding)
  }
}
