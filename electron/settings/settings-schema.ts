/** What is kept between runs, as it lies on disk. Unknown fields are dropped, wrong ones fall back to their default. */
import { z } from 'zod'
import { compressions, exportProtocols } from '../../core/model/chosen-export.ts'

const spoken = {
  era: z.enum(['legacy', 'modern', 'probe']).optional().catch(undefined),
  abilities: z.object({ sampling: z.boolean().optional(), roots: z.boolean().optional() }).optional().catch(undefined),
}

const launch = z.object({
  name: z.string(),
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string().optional(),
  ...spoken,
})

/** Names of headers are kept, their values are not: they may be secrets. */
const address = z.object({
  name: z.string(),
  url: z.string(),
  headers: z.record(
    z.string(),
    z.string().transform(() => ''),
  ),
  clientId: z.string().optional(),
  ...spoken,
})

const destination = z.object({
  endpoint: z.string().catch(''),
  protocol: z.enum(exportProtocols).optional().catch(undefined),
  compression: z.enum(compressions).optional().catch(undefined),
  /** The headers, as the keychain sealed them. */
  sealedHeaders: z.string().optional().catch(undefined),
  /** The names of headers whose values could not be kept: they are asked for at the next start. */
  headerNames: z.array(z.string()).optional().catch(undefined),
})

export type StoredDestination = z.infer<typeof destination>

export const storedSettings = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  density: z.enum(['dense', 'comfortable']).catch('dense'),
  export: destination
    .extend({
      also: z.array(destination).optional().catch(undefined),
      redact: z.array(z.string()).optional().catch(undefined),
      metrics: z.boolean().optional().catch(undefined),
    })
    .catch({ endpoint: '' }),
  receive: z
    .object({
      mode: z.enum(['off', 'open', 'token']),
      port: z.int().min(1).max(65_535).optional().catch(undefined),
      /** The token, as the keychain sealed it. */
      sealedToken: z.string().optional().catch(undefined),
    })
    .catch({ mode: 'off' }),
  /** Task modules that a person has agreed to run, absolute paths. */
  trustedModules: z.array(z.string()).catch([]),
  /** Digests of the commands that a person has agreed to run as servers. */
  trustedLaunches: z.array(z.string()).catch([]),
  recentModules: z.array(z.string()).catch([]),
  recentServers: z.array(z.union([launch, address])).catch([]),
  window: z
    .object({ width: z.number(), height: z.number(), x: z.number().optional(), y: z.number().optional() })
    .optional()
    .catch(undefined),
})

export type StoredSettings = z.infer<typeof storedSettings>

export const defaultSettings: StoredSettings = storedSettings.parse({
  theme: 'system',
  density: 'dense',
  export: { endpoint: '' },
  receive: { mode: 'off' },
  trustedModules: [],
  trustedLaunches: [],
  recentModules: [],
  recentServers: [],
})
