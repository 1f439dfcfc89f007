/** A promise with its two ends at hand, for values that somebody may or may not come to ask for. */
export class Deferred<T> {
  readonly promise: Promise<T>
  resolve: (value: T) => void = unset
  reject: (reason: unknown) => void = unset

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }
}

function unset(): void {
  throw new Error('invariant broken: a promise without its executor')
}
