/** How a server is named where several stand in a list. Pure. */
import { isAddress, type ServerTarget } from '../../core/model/server-target.ts'
import { joinCommandLine } from './command-line.ts'

/** Tells servers of a list apart. */
export function keyOfTarget(target: ServerTarget): string {
  return isAddress(target) ? target.url : joinCommandLine([target.name, target.command, ...target.args])
}

/** Where it is, in a word: the program, or the host. */
export function placeOfTarget(target: ServerTarget): string {
  if (!isAddress(target)) return target.command
  return URL.canParse(target.url) ? new URL(target.url).host : target.url
}
