/** Find a command or a task by a few letters. What cannot be used now stays, with its reason beside it. */
import { Command } from 'cmdk'
import { Search } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type ReactNode, useMemo, useState } from 'react'
import {
  type CommandContext,
  type CommandGroup,
  contextOf,
  type Command as WindowCommand,
} from '../commands/command.ts'
import { tasksText } from '../detail/time-text.ts'
import { useReturnFocus } from '../dialogs/return-focus.ts'
import { useDialog } from '../state/hooks.ts'
import { useModel } from '../state/window-context.tsx'
import { Keys } from '../widgets/keys.tsx'
import { findCommands } from './command-hits.ts'
import { Matched } from './matched.tsx'
import styles from './palette.module.css'
import { findTasks, type TaskHit } from './task-hits.ts'
import { TaskResult } from './task-result.tsx'

const groups: readonly CommandGroup[] = ['Start', 'Task', 'Host', 'View']

export function Palette(): ReactNode {
  const { dialog, close } = useDialog()
  const returnFocus = useReturnFocus()
  return (
    <Dialog.Root open={dialog?.kind === 'palette'} onOpenChange={(open) => (open ? undefined : close())}>
      <Dialog.Portal>
        {/* Not the library's overlay: its scroll lock writes a style element, which the content policy refuses. */}
        <div className={styles.scrim} />
        <Dialog.Content className={styles.palette} aria-describedby={undefined} onCloseAutoFocus={returnFocus}>
          <Dialog.Title className="visually-hidden">Find a command or task</Dialog.Title>
          <Finder close={close} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Finder({ close }: { readonly close: () => void }): ReactNode {
  const model = useModel()
  const [query, setQuery] = useState('')
  const [onlyTasks, setOnlyTasks] = useState(false)
  // The palette shows the window as it was when it opened; a list that reorders under the keys cannot be used.
  const [context] = useState(() => contextOf(model))
  const found = useMemo(() => (onlyTasks ? [] : findCommands(query, context)), [query, onlyTasks, context])
  const tasks = useMemo(
    () => (query === '' && !onlyTasks ? [] : findTasks(context.state.rows, query, onlyTasks ? 50 : 8)),
    [query, onlyTasks, context],
  )
  const count = found.length
  function run(command: WindowCommand): void {
    if (command.whyNot(context) !== undefined) return
    close()
    command.run(contextOf(model))
  }
  function show({ key }: TaskHit): void {
    close()
    model.select(key)
  }
  return (
    <Command
      label="Find a command or task"
      shouldFilter={false}
      loop
      onKeyDown={(event) => {
        if (event.key !== 'Tab') return
        event.preventDefault()
        setOnlyTasks(!onlyTasks)
      }}
    >
      <div className={styles.head}>
        <Search className={styles.search} size={16} strokeWidth={1.75} />
        <Command.Input
          className={styles.input}
          value={query}
          onValueChange={setQuery}
          placeholder={onlyTasks ? 'Find a task' : 'Find a command or task'}
        />
        <span className={styles.count}>
          {onlyTasks ? tasksText(tasks.length) : `${count} ${count === 1 ? 'command' : 'commands'}`}
        </span>
      </div>
      <Command.List className={styles.list}>
        {count + tasks.length === 0 ? <p className={styles.none}>Nothing is called “{query}”</p> : undefined}
        {groups.map((group) => {
          const own = found.filter((command) => command.group === group)
          return own.length === 0 ? undefined : (
            <Command.Group key={group} heading={group} className={styles.group}>
              {own.map((command) => (
                <Entry key={command.id} command={command} query={query} context={context} run={run} />
              ))}
            </Command.Group>
          )
        })}
        {tasks.length === 0 ? undefined : (
          <Command.Group heading="Tasks" className={styles.group}>
            {tasks.map((hit) => (
              <TaskResult key={hit.key} hit={hit} query={query} onChoose={show} />
            ))}
          </Command.Group>
        )}
      </Command.List>
      <div className={styles.foot}>
        <Keys keys="↑" />
        <Keys keys="↓" />
        <span>move</span>
        <Keys keys="Enter" />
        <span>run</span>
        <Keys keys="Tab" />
        <span>{onlyTasks ? 'commands too' : 'only tasks'}</span>
        <span className={styles.space} />
        <Keys keys="Escape" />
        <span>close</span>
      </div>
    </Command>
  )
}

function Entry({
  command,
  query,
  context,
  run,
}: {
  readonly command: WindowCommand
  readonly query: string
  readonly context: CommandContext
  readonly run: (command: WindowCommand) => void
}): ReactNode {
  const { id, title, hint, icon: Icon, keys } = command
  const whyNot = command.whyNot(context)
  return (
    <Command.Item
      value={id}
      className={`${styles.item} ${whyNot === undefined ? '' : styles.off}`}
      onSelect={() => run(command)}
      {...(whyNot === undefined ? {} : { 'data-off': '' })}
    >
      {Icon === undefined ? undefined : <Icon className={styles.icon} size={15} strokeWidth={1.75} />}
      <span className={styles.text}>
        <Matched text={title} query={query} />
      </span>
      <span className={styles.hint}>{whyNot ?? hint}</span>
      {keys?.[0] === undefined ? undefined : <Keys keys={keys[0]} />}
    </Command.Item>
  )
}
