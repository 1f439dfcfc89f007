/** What the process of one task is given to start with, as arguments; the secret of its link is in its environment. */
export interface ProcessSettings {
  /** Absolute path of the built thread entry. */
  readonly thread: string
  /** URL of what it imports. */
  readonly url: string
  /** Absolute path of the person's own file. */
  readonly path: string
  readonly name: string
  readonly memoryMb: number | undefined
  /** Whether what the task writes also goes to the streams of its process. */
  readonly echo: boolean
}

export function processArguments({ thread, url, path, name, memoryMb, echo }: ProcessSettings): readonly string[] {
  return [
    `--cell=${JSON.stringify({ thread, url, path, name, ...(echo && { echo }), ...(memoryMb !== undefined && { memoryMb }) })}`,
  ]
}

export function readProcessSettings(args: readonly string[]): ProcessSettings {
  const prefix = '--cell='
  const text = args.find((each) => each.startsWith(prefix))
  const given: unknown = text === undefined ? undefined : JSON.parse(text.slice(prefix.length))
  if (typeof given !== 'object' || given === null || !('thread' in given) || !('url' in given) || !('path' in given)) {
    throw new Error('the process of a task is started by Taskscope, not by hand')
  }
  const memoryMb = 'memoryMb' in given ? Number(given.memoryMb) : undefined
  const name = 'name' in given ? String(given.name) : 'task'
  return {
    thread: String(given.thread),
    url: String(given.url),
    path: String(given.path),
    name,
    memoryMb,
    echo: 'echo' in given,
  }
}
