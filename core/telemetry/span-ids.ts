/**
 * Ids of the spans that no source chose: state intervals and pending records. They follow from the task's own span
 * id, so that a replay of the same events makes the same spans.
 */

/** Stands for the pending record among the numbers of a task's derived spans. */
export const pendingRecordNumber = 0xffff_ffff

/**
 * The id of the `n`th span derived from a task's span (16 lower-case hex digits in and out). For one `n` no two tasks
 * share a result: the mixing is a Feistel network, a permutation of all ids. Between different `n` the results are as
 * good as random 64-bit numbers.
 */
export function derivedSpanId(spanId: string, n: number): string {
  let left = Number.parseInt(spanId.slice(0, 8), 16) | 0
  let right = Number.parseInt(spanId.slice(8, 16), 16) | 0
  const key = Math.imul(n + 1, 0x9e37_79b1)
  for (let round = 0; round < 4; round++) {
    const mixed = left ^ scramble(right ^ (key + Math.imul(round, 0x85eb_ca6b)))
    left = right
    right = mixed
  }
  // All zeroes means "no span" in OpenTelemetry.
  if ((left | right) === 0) right = 1
  return hex(left) + hex(right)
}

/** The finalizer of MurmurHash3 (public domain, Austin Appleby): every input bit reaches every output bit. */
function scramble(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x85eb_ca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2_ae35)
  return mixed ^ (mixed >>> 16)
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
