/**
 * Counts a capture a second time, as plainly as it can be said and without a line of the analyzer's code: what both
 * agree on is what the frames say.
 */
// biome-ignore lint/suspicious/noExplicitAny: whatever a capture holds, and nothing is checked twice here
type Json = Record<string, any>

const other: Json = { c2s: 's2c', s2c: 'c2s', dbg2s: 's2dbg', s2dbg: 'dbg2s' }

export function secondCount(texts: readonly string[]) {
  const lines: Json[] = []
  for (const text of texts) {
    try {
      lines.push(JSON.parse(text))
    } catch {
      // Not counted.
    }
  }
  const frames: Json = {}
  const errorCodes: Json = {}
  const tasks: Json = {}
  let tasksListPages = 0
  const requests: { msg: Json; line: Json; answered: boolean }[] = []
  const events: Json[] = []

  function task(id: string, host: string): Json {
    tasks[id] ??= {
      ...{ tool: null, host, gets: 0, statusNotifications: 0, cancelRequests: 0, updates: 0, resultCalls: 0 },
      ...{ statuses: [], elicitations: 0 },
    }
    return tasks[id]
  }

  function status(of: Json, word: string): void {
    if (of.statuses[of.statuses.length - 1] !== word) of.statuses.push(word)
  }

  for (const line of lines) {
    if (line.kind !== 'rpc') continue
    frames[line.dir] = (frames[line.dir] ?? 0) + 1
    if (line.msg === undefined || line.msg === null) continue
    for (const { error } of Array.isArray(line.msg) ? line.msg : [line.msg]) {
      if (error !== undefined) errorCodes[error.code] = (errorCodes[error.code] ?? 0) + 1
    }
    const sseId = line.http?.sseId
    if (sseId !== undefined) {
      const text = JSON.stringify(line.msg)
      const before = events.find((event) => event.sseId === sseId && event.text === text)
      if (before !== undefined && before.n !== line.http.n) continue
      events.push({ sseId, text, n: line.http.n })
    }
    for (const msg of Array.isArray(line.msg) ? line.msg : [line.msg]) {
      if (msg.method !== undefined && msg.id !== undefined) asked(msg, line)
      else if (msg.method !== undefined) told(msg, line)
      else answered(msg, line)
    }
  }

  function asked(msg: Json, line: Json): void {
    if (line.transport !== 'http') {
      for (const request of requests) {
        if (request.msg.id === msg.id && request.line.dir === line.dir) request.answered = true
      }
    }
    requests.push({ msg, line, answered: false })
    const related = msg.params?._meta?.['io.modelcontextprotocol/related-task']?.taskId
    if (msg.method === 'elicitation/create' && related !== undefined) {
      task(related, line.dir === 's2c' ? 'server' : 'client').elicitations += 1
    }
  }

  function told(msg: Json, line: Json): void {
    if (msg.method !== 'notifications/tasks/status' && msg.method !== 'notifications/tasks') return
    const one = task(msg.params.taskId, line.dir === 's2c' ? 'server' : 'client')
    one.statusNotifications += 1
    status(one, msg.params.status)
  }

  function answered(msg: Json, line: Json): void {
    const open = requests.filter(
      (request) => !request.answered && request.msg.id === msg.id && request.line.dir === other[line.dir],
    )
    const request =
      open.find(({ line: its }) => line.http?.n !== undefined && its.http?.n === line.http.n) ?? open.at(-1)
    if (request === undefined) return
    request.answered = true
    const { method, params } = request.msg
    const host = line.dir === 's2c' || line.dir === 's2dbg' ? 'server' : 'client'
    const { result } = msg
    const id = params?.taskId
    if (method === 'tasks/result') task(id, host).resultCalls += 1
    if (result === undefined) return
    if (method === 'tasks/list') tasksListPages += 1
    if (method === 'tasks/update') task(id, host).updates += 1
    if (method === 'tasks/get') task(id, host).gets += 1
    if (method === 'tasks/cancel') task(id, host).cancelRequests += 1
    // Some wrap the task as in a creation.
    const shown = result.status === undefined ? (result.task ?? result) : result
    if ((method === 'tasks/get' || method === 'tasks/cancel') && shown.status !== undefined) {
      status(task(shown.taskId, host), shown.status)
    }
    const created = result.task?.taskId !== undefined ? result.task : result.resultType === 'task' ? result : undefined
    const mayCreate = method === 'tools/call' || params?.task !== undefined
    if (created !== undefined && mayCreate && !method.startsWith('tasks/')) {
      const one = task(created.taskId, host)
      one.tool ??= method === 'tools/call' ? params.name : method
      if (one.statuses.length === 0) one.statuses.push(created.status)
    }
  }

  return { frames, errorCodes, tasksListPages, tasks }
}
