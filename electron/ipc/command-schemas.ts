/** The shapes in which commands may come in. Whatever does not fit is refused with a sentence before it is looked at. */
import { z } from 'zod'
import type { AppCommandName, AppCommands } from '../../core/feed/app-commands.ts'
import { compressions, exportProtocols } from '../../core/model/chosen-export.ts'

const text = z.string().max(4096)
const strings = z
  .record(text, z.string().max(32_768))
  .refine((record) => Object.keys(record).length <= 200, 'too many entries')

const spoken = {
  era: z.enum(['legacy', 'modern', 'probe']).optional(),
  abilities: z.strictObject({ sampling: z.boolean().optional(), roots: z.boolean().optional() }).optional(),
}

const launch = z.strictObject({
  name: text.min(1),
  command: text.min(1),
  args: z.array(text).max(200),
  env: strings,
  cwd: text.optional(),
  ...spoken,
})

const address = z.strictObject({
  name: text.min(1),
  url: text.refine(isHttpAddress, 'must be an http or https address without credentials'),
  headers: strings,
  clientId: text.min(1).optional(),
  ...spoken,
})

function isHttpAddress(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, username, password } = new URL(value)
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === ''
}

const destination = z.strictObject({
  endpoint: text,
  headers: strings,
  protocol: z.enum(exportProtocols).optional(),
  compression: z.enum(compressions).optional(),
})
const exportSettings = destination.extend({
  also: z.array(destination).max(10).optional(),
  redact: z.array(text).max(100).optional(),
  metrics: z.boolean().optional(),
})
const receiveSettings = z.strictObject({
  mode: z.enum(['off', 'open', 'token']),
  port: z.int().min(1).max(65_535).optional(),
  token: z
    .string()
    .regex(/^[\w-]{16,200}$/, 'must be 16 letters, digits, - or _ at least')
    .optional(),
})
const nothing = z.undefined()
const nodeKey = z
  .string()
  .max(2000)
  .regex(/^[^/]+\/./, 'must be sourceId/nodeId')

export const commandSchemas = {
  openModule: z.strictObject({ path: text.min(1).optional(), origin: z.enum(['dialog', 'recent', 'drop']) }),
  openCapture: z.strictObject({ path: text.min(1).optional() }),
  openDemo: nothing,
  connectServer: z.union([launch, address]),
  importServers: z.strictObject({ path: text.min(1).optional() }),
  readFrames: z.strictObject({ key: nodeKey, revision: z.int().nonnegative().optional() }),
  readFrame: z.strictObject({ key: nodeKey, seq: z.number().nonnegative() }),
  saveCapture: z.strictObject({ source: text.min(1) }),
  removeSource: z.strictObject({ source: text.min(1) }),
  getSettings: nothing,
  changeSettings: z.strictObject({
    theme: z.enum(['system', 'light', 'dark']).optional(),
    density: z.enum(['dense', 'comfortable']).optional(),
    export: exportSettings.optional(),
    receive: receiveSettings.optional(),
  }),
  testExport: exportSettings,
  openInEditor: z.strictObject({
    file: text.min(1),
    line: z.int().positive().optional(),
    column: z.int().positive().optional(),
  }),
  copyText: z.strictObject({ text: z.string().max(10_000_000) }),
  readMetrics: nothing,
  appInfo: nothing,
} satisfies Record<AppCommandName, z.ZodType>

/** Parses one command's input; throws a `ZodError` that names what does not fit. */
export function parseCommandInput<Name extends AppCommandName>(name: Name, input: unknown): AppCommands[Name]['input'] {
  return commandSchemas[name].parse(input) as AppCommands[Name]['input']
}

export function isCommandName(name: unknown): name is AppCommandName {
  return typeof name === 'string' && Object.hasOwn(commandSchemas, name)
}
