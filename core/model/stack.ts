/** One line of a captured stack, source-mapped. Line and column count from 1. */
export interface StackFrame {
  readonly name: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
}
