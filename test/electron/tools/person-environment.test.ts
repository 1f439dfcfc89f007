import { delimiter } from 'node:path'
import { describe, expect, it } from 'vitest'
import { personEnvironment } from '../../../electron/tools/launch/person-environment.mjs'

describe('the environment that the app gets', () => {
  it("is the person's own, without what npm adds for scripts", () => {
    const path = [
      '/checkout/node_modules/.bin',
      '/node_modules/.bin',
      '/x/@npmcli/run-script/lib/node-gyp-bin',
      '/usr/bin',
    ]
    expect(
      personEnvironment({
        PATH: path.join(delimiter),
        npm_config_yes: 'true',
        npm_lifecycle_event: 'start',
        INIT_CWD: '/checkout',
        NODE: '/usr/bin/node',
        NODE_OPTIONS: '--no-warnings',
        HOME: '/home/ada',
      }),
    ).toEqual({ PATH: '/usr/bin', NODE_OPTIONS: '--no-warnings', HOME: '/home/ada' })
  })
})
