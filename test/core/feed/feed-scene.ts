import type { AppStatus } from '../../../core/feed/app-status.ts'
import { createFeedClient, type FeedClient } from '../../../core/feed/client.ts'
import type { DownMessage, UpMessage } from '../../../core/feed/protocol.ts'
import { createFeedServer, type FeedServer } from '../../../core/feed/server.ts'
import type { ControlRequest } from '../../../core/model/control.ts'
import type { RegistryOptions } from '../../../core/registry/registry.ts'
import { createFakeTime, type FakeTime } from '../../support/fake-time.ts'
import { createScene, type Scene } from '../registry/scene.ts'
import { linkedPorts, type TestPort } from './linked-ports.ts'

export const quietStatus: AppStatus = {
  updatesPerSecond: 0,
  lost: 0,
  folded: 0,
  forgotten: 0,
  openSpans: 0,
  export: { light: 'off', sent: 0, queued: 0, dropped: 0 },
}

export interface FeedScene extends Scene {
  readonly server: FeedServer
  readonly controls: ControlRequest[]
  status: AppStatus
  connect(): Viewing
}

/** A client, its frames, and both ends of its port. */
export interface Viewing {
  readonly client: FeedClient
  readonly up: TestPort<UpMessage, DownMessage>
  readonly down: TestPort<DownMessage, UpMessage>
  /** Delivers, shows a frame, delivers the acknowledgements, and lets 20 ms pass. */
  frame(): void
  frames(count: number): void
}

/** A registry behind a feed server; several clients may connect. */
export function createFeedScene(options: RegistryOptions = {}): FeedScene {
  const scene = createScene(options)
  const controls: ControlRequest[] = []
  const feed: FeedScene = Object.assign(scene, {
    controls,
    status: quietStatus,
    server: createFeedServer({
      registry: scene.registry,
      router: { control: (request) => controls.push(request) },
      status: () => feed.status,
      epoch: 'first',
      timers: scene.time,
    }),
    connect: () => view(feed.server, scene.time),
  })
  return feed
}

/** Connects a new client, or one that comes back on another port. */
export function view(server: FeedServer, time: FakeTime, known?: FeedClient): Viewing {
  const [up, down] = linkedPorts<UpMessage, DownMessage>()
  server.connect(up)
  // The page has timers of its own, which no test of the server should wait for.
  const scheduler = { frame: (callback: () => void) => time.after(1, callback) }
  const client = known ?? createFeedClient({ port: down, scheduler, timers: createFakeTime() })
  known?.attach(down)
  function frame(): void {
    up.deliver()
    time.advanceSync(0)
    down.deliver()
    time.advanceSync(1)
    up.deliver()
    time.advanceSync(19)
  }
  return {
    client,
    up,
    down,
    frame,
    frames(count) {
      for (let index = 0; index < count; index += 1) frame()
    },
  }
}
