/** The three channels between main and a window. There are no others. */
export const channels = {
  /** Window to main and back: one application command. */
  command: 'taskscope:command',
  /** Window asks for, and gets, a fresh feed port. */
  feedPort: 'taskscope:feed',
  /** Main to window. */
  notice: 'taskscope:notice',
} as const
