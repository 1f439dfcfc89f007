/** What a person meets before anything runs: five ways to begin, each with its key. */
import type { ReactNode } from 'react'
import { useCommand } from '../commands/use-command.ts'
import { Keys } from '../widgets/keys.tsx'
import styles from './empty-window.module.css'

export function EmptyWindow(): ReactNode {
  return (
    <div className={styles.place}>
      <div className={styles.column}>
        <h2 className={styles.title}>Nothing is running yet</h2>
        <p className={styles.text}>
          Taskscope shows every task as it lives, and what really happened when you stop one.
        </p>
        <ul className={styles.list}>
          <Way id="start.demo" title="Run the demo" text="Tasks that progress, fail, hang and ask you" />
          <Way id="start.open" title="Open a task module" text="A .ts or .js file that exports defineTask()" />
          <Way
            id="start.connect"
            title="Connect an MCP server"
            text="Launch it, or reach it over HTTP, and call its tools"
          />
          <Way id="start.import" title="Import from .mcp.json" text="The servers that your editor already knows" />
          <Way
            id="start.openCapture"
            title="Open a recording"
            text="Frames between a client and a server, and what is wrong"
          />
        </ul>
      </div>
      <div className={styles.column}>
        <h3 className={styles.subtitle}>Or write your own</h3>
        <p className={styles.text}>Save this as my-tasks.ts, then open it or drop it here.</p>
        <pre className={styles.code}>
          {'import { defineTask } from '}
          <span className={styles.string}>'taskscope'</span>
          {'\n\nexport const hello = defineTask({\n  name: '}
          <span className={styles.string}>'hello'</span>
          {',\n  run: async (ctx) => {\n    for (let page = 1; page <= 10; page++) {\n      await ctx.checkpoint('}
          <span className={styles.string}>{'`page $' + '{page}`'}</span>
          {')\n      ctx.progress({ current: page, total: 10 })\n      await ctx.sleep(500)\n    }\n  },\n})'}
        </pre>
      </div>
    </div>
  )
}

function Way({ id, title, text }: { readonly id: string; readonly title: string; readonly text: string }): ReactNode {
  const { command, run } = useCommand(id)
  const { icon: Icon, keys } = command
  return (
    <li className={styles.way}>
      <button type="button" className={styles.button} onClick={run}>
        {Icon === undefined ? undefined : <Icon className={styles.icon} size={16} strokeWidth={1.75} />}
        <span className={styles.lines}>
          <span className={styles.name}>{title}</span>
          <span className={styles.second}>{text}</span>
        </span>
        {keys?.[0] === undefined ? undefined : <Keys keys={keys[0]} />}
      </button>
    </li>
  )
}
