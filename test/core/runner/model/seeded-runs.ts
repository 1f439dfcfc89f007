/** How often a model test runs, and from which seed: said before it starts, so that any run can be done again. */

export interface SeededRuns {
  readonly numRuns: number
  readonly seed: number
}

/**
 * @param variable the environment variable that asks for another number of runs.
 * `TASKSCOPE_MODEL_SEED` repeats the run that printed it.
 */
export function seededRuns(what: string, variable: string, byDefault: number): SeededRuns {
  const numRuns = Number(process.env[variable] ?? byDefault)
  const seed = Number(process.env.TASKSCOPE_MODEL_SEED ?? Math.floor(Math.random() * 0x7fff_ffff))
  console.log(`${what}: ${numRuns} runs, seed ${seed}`)
  return { numRuns, seed }
}
