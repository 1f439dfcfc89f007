/** What the linter finds, as findings of the nodes that it concerns. */
import type { Finding } from '../../model/finding.ts'
import type { NodeId } from '../../model/identity.ts'
import type { Emit } from '../../model/stamp.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import { citationOf, type LintFinding } from './rule.ts'
import { ruleOf } from './rule-families.ts'

/** Frames that one finding names on screen. */
const maxFrames = 20

/**
 * @param nodeOf the node of a peer's task id, when it is one of this connection
 * @param fix what can be done about it here
 */
export function emitFinding(
  emit: Emit,
  finding: LintFinding,
  nodeOf: (taskId: string) => NodeId | undefined,
  fix?: Finding['fix'],
): void {
  const node = finding.taskId === undefined ? undefined : nodeOf(finding.taskId)
  const rule = ruleOf(finding.rule)
  emit({
    kind: 'finding',
    finding: {
      rule: finding.rule,
      severity: finding.severity,
      node: node ?? connectionNode,
      text: finding.text,
      ...(finding.seq.length === 0 ? {} : { frames: finding.seq.slice(0, maxFrames) }),
      ...(fix === undefined ? {} : { fix }),
      ...(rule === undefined ? {} : { evidence: citationOf(rule, finding.era) }),
    },
  })
}
