import type { Finding } from '../../model/finding.ts'
import type { LintFinding } from '../lint/rule.ts'

/** What a proxy can do about a finding. Nothing of it happens unless a person asks. */
export function fixOf(finding: LintFinding): Finding['fix'] {
  if (finding.rule !== 'stalled-input-required') return undefined
  return {
    title: 'Send tasks/result',
    note: 'Adds one request, marked as injected. The client gets the question; it never sees the answer to our request.',
  }
}
