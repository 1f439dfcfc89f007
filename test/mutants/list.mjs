// @ts-check
/**
 * One entry per guard: where it stands, how it is taken away, and the test that must notice.
 * @type {readonly { guard: string, file: string, from: string, to: string, test: string }[]}
 */
export const mutants = [
  {
    guard: 'context isolation',
    file: 'electron/window/main-window.ts',
    from: 'contextIsolation: true',
    to: 'contextIsolation: false',
    test: 'isolated and sandboxed',
  },
  {
    guard: 'renderer sandbox',
    file: 'electron/window/main-window.ts',
    from: 'sandbox: true',
    to: 'sandbox: false',
    test: 'isolated and sandboxed',
  },
  {
    guard: 'no Node in the page',
    file: 'electron/window/main-window.ts',
    from: 'nodeIntegration: false',
    to: 'nodeIntegration: true',
    test: 'isolated and sandboxed',
  },
  {
    guard: 'content security policy: scripts',
    file: 'electron/app-scheme.ts',
    from: `"script-src 'self'"`,
    to: `"script-src 'self' 'unsafe-inline'"`,
    test: 'injected inline script',
  },
  {
    guard: 'content security policy: connections',
    file: 'electron/app-scheme.ts',
    from: `"default-src 'none'"`,
    to: `"default-src *"`,
    test: 'carries its policy',
  },
  {
    guard: 'content security policy: framing',
    file: 'electron/app-scheme.ts',
    from: `  "frame-ancestors 'none'",\n`,
    to: '',
    test: 'carries its policy',
  },
  {
    guard: 'files stay inside the folder',
    file: 'electron/app-files.ts',
    from: 'return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : undefined',
    to: 'return sep === "" ? undefined : file',
    test: 'nothing outside the folder',
  },
  {
    guard: 'navigation',
    file: 'electron/hardening.ts',
    from: 'denyNavigation(contents)',
    to: 'void denyNavigation',
    test: 'does not navigate away',
  },
  {
    guard: 'popups',
    file: 'electron/hardening.ts',
    from: 'denyPopups(contents)',
    to: 'void denyPopups',
    test: 'no popup opens',
  },
  {
    guard: 'permissions',
    file: 'electron/application.ts',
    from: 'denyPermissions(session.defaultSession)',
    to: 'void denyPermissions',
    test: 'every permission is denied',
  },
  {
    guard: 'sender of commands',
    file: 'electron/ipc/command-door.ts',
    from: 'if (!isOwnPage(event.senderFrame))',
    to: 'if (!isOwnPage && event.senderFrame)',
    test: 'stranger at every door',
  },
  {
    guard: 'sender of feed requests',
    file: 'electron/ipc/feed-door.ts',
    from: 'if (!isOwnPage(event.senderFrame)) return',
    to: 'void isOwnPage',
    test: 'stranger at every door',
  },
  {
    guard: 'consent to a program',
    file: 'electron/commands.ts',
    from: '!isAddress(target) && !(await launches.given(owner, target))',
    to: '!isAddress(target) && !launches',
    test: 'no program that the person has not agreed to',
  },
  {
    guard: 'parsing of commands',
    file: 'electron/ipc/command-schemas.ts',
    from: 'return commandSchemas[name].parse(input)',
    to: 'return input',
    test: 'does not fit is refused',
  },
]
