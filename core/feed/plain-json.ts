/** More values or a deeper nesting than this is refused rather than walked. */
const maxValues = 100_000
const maxDepth = 200

/** Whether a value is JSON and nothing else: no functions, dates, maps, cycles or `undefined`, and of bearable size. */
export function isPlainJson(value: unknown): boolean {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }]
  let seen = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    seen += 1
    if (seen > maxValues || next.depth > maxDepth) return false
    const children = childrenOf(next.value)
    if (children === undefined || seen + open.length + children.length > maxValues) return false
    for (const child of children) open.push({ value: child, depth: next.depth + 1 })
  }
  return true
}

/** The values inside a value; none for a primitive of JSON, `undefined` for what JSON does not know. */
function childrenOf(value: unknown): readonly unknown[] | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return []
  if (typeof value === 'number') return Number.isFinite(value) ? [] : undefined
  if (Array.isArray(value)) return value
  if (typeof value !== 'object') return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? Object.values(value) : undefined
}
