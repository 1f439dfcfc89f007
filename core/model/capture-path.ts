/** Whether a file is taken for a recording of MCP traffic rather than a task module; goes by its name. */
export function isCapturePath(path: string): boolean {
  return /\.(jsonl|ndjson)$/i.test(path)
}
