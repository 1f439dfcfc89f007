/** An owner of one host that is only there to die: it tells the host's process id and waits. */
import { createHostLink } from '../../../../core/runner/host/host-link.ts'
import { defaultDeadlines, startSession } from '../../../../core/runner/host/host-session.ts'
import { hostArguments } from '../../../../core/runner/host/host-settings.ts'
import { createNodeSpawner } from '../../../../core/runner/host/node-spawner.ts'
import { systemTimers } from '../../../../core/system/system-clock.ts'

const [entry = '', watchdog = '', url = '', directory = ''] = process.argv.slice(2)

startSession({
  moduleName: 'm',
  launch: {
    entry,
    args: hostArguments({ watchdog, thread: '', process: '', module: '/m.mjs', source: 'm' }),
    env: { PATH: process.env.PATH ?? '' },
    cwd: process.cwd(),
    name: 'm',
  },
  spawner: createNodeSpawner(),
  link: createHostLink({ timers: systemTimers, directory }),
  timers: systemTimers,
  deadlines: defaultDeadlines,
  bundle: Promise.resolve({ ok: true, url, inputs: [] }),
  breakpoints: () => [],
  onConnected: (pid) => console.log(pid),
  onMessage: () => undefined,
  onOutput: () => undefined,
})
