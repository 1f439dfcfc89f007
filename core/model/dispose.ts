/** Ends what was started; calling it again does nothing. */
export type Dispose = () => void
