/**
 * From which event on the server tells a stream again: a client that takes it up again names the last event with an id that
 * it got (https://html.spec.whatwg.org/multipage/server-sent-events.html#last-event-id). An event that was held back while
 * a later one passed is told by nobody.
 */
export class ResumePoint {
  #id: string | undefined
  #passed = 0

  /** The client got everything up to here. @param id the last one that the stream has given */
  passed(id: string | undefined): void {
    if (id === this.#id) return
    this.#id = id
    this.#passed += 1
  }

  /**
   * An event is held back.
   * @param id the last one that the stream has given, with this event
   * @returns says whether the server would tell it again if the client left now
   */
  held(id: string | undefined): () => boolean {
    const hasId = id !== this.#id
    this.#id = id
    const passed = this.#passed
    return () => hasId && passed === this.#passed
  }
}
