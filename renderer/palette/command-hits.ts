import type { Command, CommandContext } from '../commands/command.ts'
import { commands } from '../commands/command-list.ts'

/**
 * Commands in whose title or hint each word begins a word; when there are none, those that hold the words anywhere.
 * Within their group, those that can be used come first and keep their order.
 */
export function findCommands(query: string, context: CommandContext): readonly Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const listed = commands.filter(({ keyOnly }) => keyOnly !== true)
  const begins = listed.filter((command) =>
    words.every((word) => wordsOf(command).some((each) => each.startsWith(word))),
  )
  const found =
    begins.length > 0 ? begins : listed.filter((command) => words.every((word) => textOf(command).includes(word)))
  const usable = (command: Command) => (command.whyNot(context) === undefined ? 0 : 1)
  return found.toSorted((a, b) => usable(a) - usable(b))
}

function textOf({ title, hint }: Command): string {
  return `${title} ${hint ?? ''}`.toLowerCase()
}

function wordsOf(command: Command): readonly string[] {
  return textOf(command).split(/[\s./]+/)
}
