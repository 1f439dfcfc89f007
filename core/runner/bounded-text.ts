/** Text that stops growing at its limit and remembers that it did. Writers ask `full` and stop. */
export class BoundedText {
  readonly #limit: number
  readonly #parts: string[] = []
  #length = 0
  #size = 0
  #steps = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** No more fits, or too many values were visited that wrote nothing. */
  get full(): boolean {
    return this.#size > this.#limit || this.#steps > this.#limit
  }

  /** Counts work that may write nothing, so that it is bounded too. */
  visit(): void {
    this.#steps += 1
  }

  write(text: string): void {
    this.#size += text.length
    const room = this.#limit - this.#length
    if (room <= 0) return
    const part = text.length > room ? text.slice(0, room) : text
    this.#parts.push(part)
    this.#length += part.length
  }

  /** Counts text that is not written because it is known not to fit. */
  skip(length: number): void {
    this.#size += length
  }

  result(): { readonly text: string; readonly size: number; readonly truncated: boolean } {
    const truncated = this.full
    return { text: this.#parts.join(''), size: this.#size, truncated }
  }

  get limit(): number {
    return this.#limit
  }
}
