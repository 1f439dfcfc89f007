/** Who wants or causes something. `name` tells persons, programs or breakpoints apart; "you" is a person without one. */
export interface Actor {
  readonly kind: 'person' | 'program' | 'supervisor' | 'parent' | 'peer' | 'clock' | 'breakpoint' | 'source'
  readonly name?: string
}

/** The person at this window. */
export const you: Actor = { kind: 'person' }

/** As read on screen after "by": "you", "crawl", "the supervisor". */
export function actorText(actor: Actor): string {
  if (actor.name !== undefined) return actor.name
  return actor.kind === 'person' ? 'you' : `the ${actor.kind}`
}
