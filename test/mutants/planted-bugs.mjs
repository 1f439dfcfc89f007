// @ts-check
/**
 * Bugs that somebody could make in the runner, each of which the model tests must find. `model` says which of them:
 * `inline` and `supervisors` on the fake clock, `places` in real threads and processes.
 * @type {readonly { name: string, model: 'inline' | 'supervisors' | 'places', file: string, from: string, to: string }[]}
 */
export const plantedBugs = [
  {
    name: 'second-terminal-after-late-result',
    model: 'inline',
    file: 'core/runner/ending.ts',
    from: '  if (!task.abandoned) return\n  task.abandoned = false\n',
    to: `  if (!task.abandoned) return
  task.abandoned = false
  const { result } = task
  if (result !== undefined)
    runner.emit({ kind: 'task.state', id: task.id, from: task.state, to: result.status, outcome: toModel(result) })
`,
  },
  {
    name: 'suspended-but-running',
    model: 'inline',
    file: 'core/runner/suspension.ts',
    from: `task.state === 'pending' ? beforeStart : task.executor.standsAt(task)`,
    to: `task.state === 'pending' ? beforeStart : (task.executor.standsAt(task) ?? 'where it is')`,
  },
  {
    name: 'cancel-skips-children',
    model: 'inline',
    file: 'core/runner/cancellation.ts',
    from: 'if (child.cancellation === undefined) tasks.push(child)',
    to: 'if (child.cancellation === undefined && !child.begun) tasks.push(child)',
  },
  {
    name: 'resume-releases-foreign-hold',
    model: 'inline',
    file: 'core/runner/suspension.ts',
    from: 'holding.entries.filter((entry) => sameActor(entry.hold.owner, by)).slice(-1)',
    to: 'holding.entries.slice(-1)',
  },
  {
    name: 'leaked-grace-timer',
    model: 'inline',
    file: 'core/runner/ending.ts',
    from: '  cancellation?.grace?.()\n',
    to: '',
  },
  {
    name: 'crash-forgets-what-was-held',
    model: 'inline',
    file: 'core/runner/host/open-nodes.ts',
    from: '[...tasks.values()].reverse().map((task) => endTask(task, end))',
    to: `[...tasks.values()].reverse().filter((task) => task.state !== 'suspended').map((task) => endTask(task, end))`,
  },
  {
    name: 'rejection-told-under-nobody',
    model: 'inline',
    file: 'core/runner/rejection-finding.ts',
    from: 'node: currentTask()?.id ?? elsewhere',
    to: 'node: currentTask === undefined ? elsewhere : elsewhere',
  },
  {
    name: 'step-drops-the-hold-of-a-breakpoint',
    model: 'inline',
    file: 'core/runner/suspension.ts',
    from: '  holding.stepping = true\n  holding.stepsTo = to\n',
    to: `  holding.stepping = true
  holding.stepsTo = to
  for (const entry of [...holding.entries]) {
    if (entry.hold.owner.kind === 'breakpoint' && holding.entries.length > 1) removeHold(task, entry, 'stepped')
  }
`,
  },
  {
    name: 'a-group-forgets-its-siblings',
    model: 'supervisors',
    file: 'core/supervisor/supervisor.ts',
    from: '    for (const each of [...group].reverse()) await this.#stopEntry(each, reason)\n',
    to: `    for (const each of [...group].reverse()) await this.#stopEntry(each, reason)
    if (group[0]?.terminated) return undefined
`,
  },
  {
    name: 'a-restart-by-hand-starts-a-child-twice',
    model: 'supervisors',
    file: 'core/supervisor/supervisor.ts',
    from: '    if (this.accepts()) await this.#restarting\n',
    to: '',
  },
  {
    name: 'a-restart-is-counted-after-the-limit',
    model: 'supervisors',
    file: 'core/supervisor/restart-budget.ts',
    from: 'return restarts.length <= intensity',
    to: 'return restarts.length <= intensity + 1',
  },
  {
    name: 'a-cancel-is-a-reason-to-restart',
    model: 'supervisors',
    file: 'core/runner/supervised-child.ts',
    from: "return { kind: 'terminated', reason: 'it was cancelled' }",
    to: "return { kind: 'crash', reason: 'it was cancelled' }",
  },
  {
    name: 'resume-leaves-a-step-armed',
    model: 'places',
    file: 'core/runner/isolation/cell-seat.ts',
    from: "    if (this.#armed) this.#tell('go')\n    this.#cell.go()\n",
    to: '    this.#cell.go()\n',
  },
  {
    name: 'cancel-leaves-a-held-place-stopped',
    model: 'places',
    file: 'core/runner/isolation/cell-seat.ts',
    from: "    this.#cell.send({ type: 'cancel', cause, by, reason })\n    this.#letGo('run')\n",
    to: "    this.#cell.send({ type: 'cancel', cause, by, reason })\n",
  },
]
