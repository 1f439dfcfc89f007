/**
 * Every span, event and attribute name that leaves this application, each with where it comes from. Where
 * OpenTelemetry's conventions have a name it is used; the rest is under `taskscope.`, a prefix of our own.
 *
 * Sources:
 * [general]  https://opentelemetry.io/docs/specs/semconv/ (1.41)
 * [mcp]      https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md (Development; its
 *            constants left `@opentelemetry/semantic-conventions`, so they are written here)
 * [own]      taskscope
 */
import { interruptedAttribute } from '../model/interrupted-span.ts'

/** Instrumentation scope of the spans made from lifecycle events [own]. */
export const lifecycleScope = { name: 'taskscope.lifecycle', version: '1' } as const

/** Instrumentation scope of what Taskscope measures, of tasks and of itself [own]. */
export const selfScope = { name: 'taskscope.metrics', version: '1' } as const

/** Names of spans; `task` and `state` stand before the name of the task or the state. */
export const spanNames = {
  /** `task crawl` [own] */
  task: 'task ',
  /** `task.running`, `task.suspended`, … [own] */
  state: 'task.',
  /** `tools/call search`: `{mcp.method.name} {target}` [mcp] */
  toolCall: 'tools/call ',
  /** From a question to its answer [own]. Not below `task.`, which is for states. */
  input: 'input request',
  /** `control cancel`: a control whose life goes beyond that of its task [own] */
  control: 'control ',
  /** The span of "Send a test span" [own]. */
  test: 'taskscope.test',
} as const

/** Names of span events. */
export const spanEventNames = {
  /** [general] https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/ */
  exception: 'exception',
  /** All below [own]. */
  progress: 'taskscope.progress',
  checkpoint: 'taskscope.checkpoint',
  log: 'taskscope.log',
  phase: 'taskscope.phase',
  held: 'taskscope.held',
  released: 'taskscope.released',
  asked: 'taskscope.input.asked',
  answered: 'taskscope.input.answered',
  stateReplaced: 'taskscope.state_replaced',
  finding: 'taskscope.finding',
  controlRequested: 'taskscope.control.requested',
  controlAcknowledged: 'taskscope.control.acknowledged',
  controlEffective: 'taskscope.control.effective',
  controlRefused: 'taskscope.control.refused',
  controlNoAnswer: 'taskscope.control.no_answer',
} as const

/** Names of metrics, [own] but for the first three. Durations are in seconds, as the general conventions want them. */
export const metricNames = {
  /** [general] https://opentelemetry.io/docs/specs/semconv/system/process-metrics/ */
  cpuTime: 'process.cpu.time',
  cpuShare: 'process.cpu.utilization',
  memory: 'process.memory.usage',
  taskDuration: 'taskscope.task.duration',
  timeInState: 'taskscope.task.time_in_state',
  timeToAcknowledge: 'taskscope.control.time_to_acknowledge',
  timeToEffect: 'taskscope.control.time_to_effect',
  openTasks: 'taskscope.spans.open',
  eventsApplied: 'taskscope.events.applied',
  eventsLost: 'taskscope.events.lost',
  samplesFolded: 'taskscope.samples.folded',
  /** Rows that windows and command lines have not been sent yet. */
  rowsWaiting: 'taskscope.feed.rows_waiting',
  /** Frames of the window that took longer than 50 ms, and the longest of them. */
  slowFrames: 'taskscope.window.slow_frames',
  longestFrame: 'taskscope.window.longest_frame',
  exportQueued: 'taskscope.export.queued',
  exportSent: 'taskscope.export.sent',
  exportDropped: 'taskscope.export.dropped',
  exportUnconfirmed: 'taskscope.export.unconfirmed',
} as const

/** Attribute keys of spans, span events, links and the resource. */
export const attributeNames = {
  // [general]
  errorType: 'error.type',
  exceptionType: 'exception.type',
  exceptionMessage: 'exception.message',
  exceptionStacktrace: 'exception.stacktrace',
  /** The code of a JSON-RPC error that answered a call, as text. */
  rpcStatusCode: 'rpc.response.status_code',
  serviceName: 'service.name',
  serviceVersion: 'service.version',

  // [mcp]
  mcpMethodName: 'mcp.method.name',
  toolName: 'gen_ai.tool.name',
  operationName: 'gen_ai.operation.name',
  mcpProtocolVersion: 'mcp.protocol.version',
  /** `pipe` for stdio, `tcp` for HTTP. */
  networkTransport: 'network.transport',
  networkProtocolName: 'network.protocol.name',

  // [own] the task span
  taskId: 'taskscope.task.id',
  taskName: 'taskscope.task.name',
  taskLabel: 'taskscope.task.label',
  taskKind: 'taskscope.task.kind',
  taskParentId: 'taskscope.task.parent.id',
  taskIsolation: 'taskscope.task.isolation',
  taskAttempt: 'taskscope.task.attempt',
  taskRetryOf: 'taskscope.task.retry_of',
  taskTimeoutMs: 'taskscope.task.timeout_ms',
  taskTtlMs: 'taskscope.task.ttl_ms',
  /** How often the peer was asked for the status of the task: on its span in all, on a stay in a state during it. */
  taskPolls: 'taskscope.task.polls',
  sourceId: 'taskscope.source.id',
  /** `completed`, `failed`, `cancelled`, or `unknown` when the task was let go before it ended. */
  outcome: 'taskscope.outcome',
  /** One of the failure kinds: `error`, `timeout`, `exit`, … */
  failure: 'taskscope.failure',
  cancelReason: 'taskscope.cancel.reason',
  afterCancelRequest: 'taskscope.after_cancel_request',
  /** Time in a state over the whole life, milliseconds. */
  runningMs: 'taskscope.time.running_ms',
  suspendedMs: 'taskscope.time.suspended_ms',
  /** `true` when the process that watched the task was killed before the task ended. */
  interrupted: interruptedAttribute,
  /** `true` on the record that says a task is still open. */
  pending: 'taskscope.pending',

  // [own] a state interval: the transition that ended it, and the one that began it
  state: 'taskscope.state',
  from: 'taskscope.transition.from',
  to: 'taskscope.transition.to',
  by: 'taskscope.transition.by',
  why: 'taskscope.transition.why',
  control: 'taskscope.transition.control',
  enteredFrom: 'taskscope.entered.from',
  enteredBy: 'taskscope.entered.by',
  enteredWhy: 'taskscope.entered.why',
  enteredControl: 'taskscope.entered.control',
  cancelCause: 'taskscope.cancel.cause',

  // [own] span events
  progressCurrent: 'taskscope.progress.current',
  progressTotal: 'taskscope.progress.total',
  progressMessage: 'taskscope.progress.message',
  checkpointLabel: 'taskscope.checkpoint.label',
  logStream: 'taskscope.log.stream',
  logLevel: 'taskscope.log.level',
  logText: 'taskscope.log.text',
  phase: 'taskscope.phase',
  holdOwner: 'taskscope.hold.owner',
  holdHow: 'taskscope.hold.how',
  holdAt: 'taskscope.hold.at',
  inputRequestId: 'taskscope.input.request_id',
  inputMessage: 'taskscope.input.message',
  inputAction: 'taskscope.input.action',
  inputBy: 'taskscope.input.by',
  /** Who changed a live state from outside. */
  stateBy: 'taskscope.state.replaced_by',
  findingRule: 'taskscope.finding.rule',
  findingText: 'taskscope.finding.text',
  controlId: 'taskscope.control.id',
  controlVerb: 'taskscope.control.verb',
  controlBy: 'taskscope.control.by',
  controlReason: 'taskscope.control.reason',
  controlEffect: 'taskscope.control.effect',
  /** How many span events were left out because a span holds at most so many. */
  droppedEvents: 'taskscope.dropped_events',

  // [own] the resource: names this run of the application, so that it knows its own spans when they come back
  instanceId: 'taskscope.instance.id',

  // [own] metrics of the export
  destination: 'taskscope.export.destination',
  dropReason: 'taskscope.export.drop_reason',

  // [own] links
  linkKind: 'taskscope.link',
} as const
