// @ts-check
// The arguments of `npm test`: names of steps, then, for a single step, arguments of its runner. Pure.

/** The steps in the order in which they run. */
export const stepNames = /** @type {const} */ (['types', 'lint', 'unit', 'core-electron', 'build', 'e2e'])

/** @typedef {(typeof stepNames)[number]} StepName */

export const usage = `npm test                      everything: ${stepNames.join(', ')}
npm test -- unit lint         only these steps
npm test -- unit core/runner  one step, with arguments for its runner`

/**
 * @param {readonly string[]} args
 * @returns {{ readonly kind: 'help' } | { readonly kind: 'refused', readonly reason: string } |
 *   { readonly kind: 'steps', readonly steps: readonly StepName[], readonly runnerArguments: readonly string[] }}
 */
export function readTestArguments(args) {
  if (args.includes('--help') || args.includes('-h')) return { kind: 'help' }
  const end = args.findIndex((arg) => !isStepName(arg))
  const named = (end < 0 ? args : args.slice(0, end)).filter(isStepName)
  const runnerArguments = end < 0 ? [] : args.slice(end)
  if (runnerArguments.length > 0 && named.length !== 1) {
    return {
      kind: 'refused',
      reason: `"${runnerArguments[0]}" is no step of npm test (they are: ${stepNames.join(', ')}); arguments for a runner need exactly one step before them.`,
    }
  }
  const steps = named.length === 0 ? stepNames : stepNames.filter((name) => named.includes(name))
  return { kind: 'steps', steps, runnerArguments }
}

/** @param {string} text @returns {text is StepName} */
function isStepName(text) {
  return stepNames.some((name) => name === text)
}
