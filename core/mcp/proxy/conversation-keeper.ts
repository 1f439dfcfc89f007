/**
 * Where the lines of a proxied conversation go: the recording, when one was asked for, the spool, and the application
 * while there is one. What goes to disk is without secrets unless told otherwise; the window shows what passed.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Clock, Timers } from '../../model/clock.ts'
import { CaptureWriter } from '../wire/capture-writer.ts'
import { HeldStore } from './held-store.ts'
import { enterPlace, proxyPlace } from './proxy-place.ts'
import type { RecordFile } from './record-file.ts'
import { ShimLink } from './shim-link.ts'
import type { FromShim, ShimHello, ShimOrder } from './shim-messages.ts'
import { Spool } from './spool.ts'

export interface KeeperOptions {
  readonly scenario: string
  readonly transport: ShimHello['transport']
  /** The server's command and arguments, or its URL, without secrets. */
  readonly command: readonly string[]
  readonly serverPid: () => number | undefined
  /** Writes secrets to disk too. */
  readonly raw: boolean
  readonly file: RecordFile | undefined
  readonly clock: Clock
  readonly timers: Timers
  readonly env: Readonly<Record<string, string | undefined>>
  readonly order: (order: ShimOrder) => void
  /** The application has gone. */
  readonly lost: () => void
}

export interface ConversationKeeper {
  /** All of them are to be given each line. */
  readonly writers: readonly CaptureWriter[]
  /** Where frames wait that a person holds. */
  readonly heldStore: HeldStore
  /** Tells the application how many frames of a task wait; without a number it is not held any more. */
  readonly heldChanged: (task: string, waiting: number | undefined, why?: string) => void
  /** Tells the application something, when there is one. */
  tell(message: FromShim): void
  /** Ends the keeping; what an application has seen is not left behind. */
  close(): Promise<void>
}

export function keepConversation(options: KeeperOptions): ConversationKeeper {
  const { clock, timers, raw, file, transport, command } = options
  const id = randomUUID()
  const startedAt = clock.now()
  const hello = (): ShimHello => {
    const serverPid = options.serverPid()
    const about = { id, pid: process.pid, transport, command, startedAt } as const
    return serverPid === undefined ? about : { ...about, serverPid }
  }
  const meta = { scenario: options.scenario, ...hello() }
  const place = proxyPlace(options.env)
  const folder = join(place.spool, id)
  const spool = new Spool(folder, enterPlace(place), `${JSON.stringify({ kind: 'meta', ...meta })}\n`)
  const link = new ShimLink({ place, hello, spool, timers, order: options.order, lost: options.lost })
  const kept = new CaptureWriter({
    clock,
    meta,
    raw,
    write(line, seq) {
      file?.write(line)
      if (seq === 0) return
      spool.add(seq, line)
      link.kept(seq)
    },
  })
  const live = new CaptureWriter({
    clock,
    meta,
    raw: true,
    wanted: () => link.listening,
    write: (line, seq) => {
      if (seq > 0) link.line(line)
    },
  })
  return {
    writers: [kept, live],
    heldStore: new HeldStore(folder),
    heldChanged: (task, waiting, why) =>
      link.tell({
        type: 'held',
        task,
        ...(waiting === undefined ? {} : { waiting }),
        ...(why === undefined ? {} : { why }),
      }),
    tell: (message) => link.tell(message),
    close: async () => spool.close(await link.close()),
  }
}
