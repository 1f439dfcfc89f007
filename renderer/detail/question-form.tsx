/** A task's question, answered where it stands. What is typed stays until the task has taken the answer. */
import type { ReactNode } from 'react'
import type { NodeKey } from '../../core/model/identity.ts'
import type { InputAnswer, InputQuestion } from '../../core/model/input-question.ts'
import { InputEditor, InputModeSwitch } from '../forms/input-editor.tsx'
import { useInputForm } from '../forms/use-input-form.ts'
import { useNow, useSend } from '../state/hooks.ts'
import { Button } from '../widgets/button.tsx'
import styles from './question-form.module.css'
import { SafeText } from './safe-text.tsx'
import { Section } from './section.tsx'
import { durationText } from './time-text.ts'

export function QuestionForm({
  task,
  question,
}: {
  readonly task: NodeKey
  readonly question: InputQuestion
}): ReactNode {
  const now = useNow()
  const send = useSend()
  const form = useInputForm(question.schema)
  const answer = (given: InputAnswer) => send(task, { verb: 'answer', requestId: question.requestId, answer: given })
  return (
    <Section title="Question" aside={`asked ${durationText(now - question.askedAt)} ago`}>
      <form
        className={styles.form}
        aria-label="Answer the question"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const reading = form.read()
          if (reading.ok) answer({ action: 'accept', content: reading.value ?? {} })
        }}
      >
        <p className={styles.message}>
          <SafeText text={question.message} />
        </p>
        <InputEditor form={form} name="Answer" />
        <div className={styles.buttons}>
          <Button type="submit" size="pane" look="accent">
            Send answer
          </Button>
          <Button size="pane" look="outline" onClick={() => answer({ action: 'decline' })}>
            Decline
          </Button>
          <Button
            size="pane"
            hint="Gives no answer; the task decides what that means"
            onClick={() => answer({ action: 'cancel' })}
          >
            Dismiss
          </Button>
          <span className={styles.mode}>
            <InputModeSwitch form={form} />
          </span>
        </div>
      </form>
    </Section>
  )
}
