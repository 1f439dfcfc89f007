// @ts-check

/** Something this machine lacks or refuses. The message is one clear sentence and what to do about it; no stack. */
export class SetupFailure extends Error {
  /** @override */
  name = 'SetupFailure'
}
