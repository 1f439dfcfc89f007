/** Where the code stands: the stack that was last taken of the task or of its host's main thread. */
import type { ReactNode } from 'react'
import { offer } from '../../core/model/capability.ts'
import type { Detail } from '../../core/model/detail.ts'
import type { Row } from '../../core/model/row.ts'
import { useNow, useSend } from '../state/hooks.ts'
import { useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { hostOf } from './host-of.ts'
import { PaneMessage, Section } from './section.tsx'
import { StackList } from './stack-list.tsx'
import { clockText, durationText } from './time-text.ts'

export function StackTab({ row, detail }: { readonly row: Row; readonly detail: Detail }): ReactNode {
  const send = useSend()
  const host = useWindow((state) => hostOf(row, state.rows))
  const stack = detail.stack
  const now = useNow(stack !== undefined)
  const may = host === undefined ? undefined : offer(host, 'takeStack')
  const take =
    host === undefined ? undefined : (
      <Button
        size="pane"
        look="outline"
        whyNot={may === undefined || may.offered ? undefined : may.reason}
        onClick={() => send(host.key, { verb: 'takeStack' })}
      >
        Take stack
      </Button>
    )
  if (stack === undefined) {
    return (
      <PaneMessage
        text={
          host === undefined
            ? 'There is no stack: its source does not run code that this window can stop.'
            : `No stack has been taken. Taking one stops the main thread of ${host.name} for a moment.`
        }
        action={take}
      />
    )
  }
  return (
    <Section title="Stack" count={stack.frames.length} aside={take}>
      <StackList
        name={`Stack at ${clockText(stack.at)}, ${durationText(now - stack.at)} ago`}
        lines={stack.frames.map((frame) => ({ frame }))}
      />
    </Section>
  )
}
