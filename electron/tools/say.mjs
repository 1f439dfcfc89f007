// @ts-check
// What the tools tell the person at the terminal: one line each, on stderr, so that stdout stays the program's own.

/** @param {string} line */
export function say(line) {
  process.stderr.write(`[taskscope] ${line}\n`);
}
