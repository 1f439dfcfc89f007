import { cancelRules } from './cancel-rules.ts'
import { creationRules } from './creation-rules.ts'
import { doctorRules } from './doctor-rules.ts'
import { inputRules } from './input-rules.ts'
import { pollingRules } from './polling-rules.ts'
import { progressRules } from './progress-rules.ts'
import type { Rule, RuleFamily } from './rule.ts'
import { sessionRules } from './session-rules.ts'
import { statusRules } from './status-rules.ts'
import { wireRules } from './wire-rules.ts'

/** Every rule that is known. A new family joins this list and nothing else changes. */
export const ruleFamilies: readonly RuleFamily[] = [
  creationRules,
  statusRules,
  pollingRules,
  inputRules,
  progressRules,
  cancelRules,
  wireRules,
  doctorRules,
  sessionRules,
]

/** What a rule rests on. */
export function ruleOf(id: string): Rule | undefined {
  for (const { rules } of ruleFamilies) {
    const rule = rules[id]
    if (rule !== undefined) return rule
  }
  return undefined
}

export function ruleIds(): readonly string[] {
  return ruleFamilies.flatMap(({ rules }) => Object.keys(rules))
}
