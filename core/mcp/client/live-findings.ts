/** What the linter finds on a live connection, as findings of its nodes. */

import type { Finding } from '../../model/finding.ts'
import type { NodeId } from '../../model/identity.ts'
import type { Emit } from '../../model/stamp.ts'
import { citationOf, type LintFinding } from '../lint/rule.ts'
import { ruleOf } from '../lint/rule-families.ts'
import { connectionNode } from './call-book.ts'

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
      ...(rule === undefined ? {} : { evidence: citationOf(rule) }),
    },
  })
}
