/** Tries every rule of a family with a conversation that breaks it, and with one that comes as near as it may. */
import { describe, expect, test } from 'vitest'
import type { LintFinding, RuleFamily } from '../../../../core/mcp/lint/rule.ts'

export interface RuleCase {
  readonly breaks: () => readonly LintFinding[]
  readonly keeps: () => readonly LintFinding[]
}

export function tryRules(family: RuleFamily, cases: Readonly<Record<string, RuleCase>>): void {
  test('every rule of the family is tried', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(family.rules).sort())
  })

  describe.each(Object.entries(cases))('%s', (rule, { breaks, keeps }) => {
    test('is found, with its frames and one sentence', () => {
      const found = breaks().filter((finding) => finding.rule === rule)
      expect(found.length).toBeGreaterThan(0)
      for (const { text, seq, severity } of found) {
        expect(text).toMatch(/^[^\n]+\.$/)
        expect(seq.length).toBeGreaterThan(0)
        expect(severity).toBe(family.rules[rule]?.severity)
      }
      expect(family.rules[rule]?.address).toMatch(/^https:/)
    })

    test('is not found in what comes near', () => {
      expect(keeps().filter((finding) => finding.rule === rule)).toEqual([])
    })
  })
}
