import { describe, expect, it } from 'vitest'
import { patientTest } from './built-entries.ts'
import { hostsOfThisFile } from './opened-host.ts'

const open = hostsOfThisFile()

const throwsOnLoad = `import { defineTask } from 'taskscope'

function readConfig(path: string): never {
  throw new TypeError('no config at ' + path)
}
export const config = readConfig('/nowhere')
export const t = defineTask({ name: 't', run: async () => 1 })
`

describe('a module that is wrong', patientTest, () => {
  it.each([
    ['throws on load', throwsOnLoad, 'm.ts threw while it was loading: TypeError: no config at /nowhere'],
    ['throws something that is no error', `throw 'no luck'`, /^m\.ts threw while it was loading: string: .?no luck/],
    ['exports nothing', 'const a = 1', /^m\.ts exports no task: export defineTask/],
    ['exports nothing that could run', 'export const a = 1, b = () => 2', /^m\.ts exports no task/],
    ['has a syntax error', 'export const a = 1\nexport const = 2', /^m\.ts cannot be bundled: m\.ts:2:14: /],
    ['imports what is not there', `import 'no-such-package'`, /^m\.ts cannot be bundled: m\.ts:1:8: Could not resolve/],
    ['ends the process on load', `process.exit(7)`, /^m\.ts: its host was ended by its own code: process\.exit\(7\)/],
    [
      'defines a task without a name',
      `import { defineTask } from 'taskscope'\nexport const t = defineTask({})`,
      /needs a name/,
    ],
  ])('that %s gets one clear sentence, and its host ends', async (_what, source, sentence) => {
    const host = await open({ 'm.ts': source })
    const loaded = await host.host.opened
    expect(loaded).toMatchObject({ ok: false, failure: { text: expect.stringMatching(sentence) } })
    const failed = host.of('node.changed').filter((event) => event.status === 'failed')
    expect(failed).toHaveLength(1)
    expect(failed[0]?.why?.text).toMatch(sentence)
    expect(failed[0]?.facts).toMatchObject({ pid: null })
    expect(host.of('finding').map(({ finding }) => finding.rule)).toEqual(['module-load'])
  })

  it('that does not exist is named by its path', async () => {
    const host = await open({}, { entry: 'no/such/m.ts' })
    const path = host.project.path('no/such/m.ts')
    expect(await host.host.opened).toMatchObject({ ok: false, failure: { text: `${path} does not exist` } })
  })

  it('shows where it threw, in its own source', async () => {
    const host = await open({ 'm.ts': throwsOnLoad })
    await host.host.opened
    const finding = await host.seen('finding')
    expect(finding.finding.evidence).toContain(`${host.project.path('m.ts')}:4:9`)
  })

  it('that loops for ever on load is ended after a while, and the sentence says where it is', async () => {
    const host = await open(
      { 'm.ts': 'let n = 0\nexport async function t() {}\nwhile (true) {\n  n += 1\n}\n' },
      { deadlines: { connectMs: 20_000, loadMs: 400, closeMs: 2000 } },
    )
    const loaded = await host.host.opened
    expect(loaded).toMatchObject({
      ok: false,
      failure: {
        text: expect.stringMatching(/^m\.ts did not finish loading within 400 ms, it is still at .*m\.ts:[34]$/),
      },
    })
  })

  it('that waits for ever on load is ended too', async () => {
    const host = await open(
      { 'm.ts': 'export async function t() {}\nawait new Promise(() => {})' },
      { deadlines: { connectMs: 20_000, loadMs: 400, closeMs: 2000 } },
    )
    expect(await host.host.opened).toMatchObject({
      ok: false,
      failure: { text: 'm.ts did not finish loading within 400 ms' },
    })
  })

  it('that leaves a rejection on load opens all the same, with a finding on the host', async () => {
    const host = await open({
      'm.ts': `void Promise.reject(new Error('forgotten'))\nexport async function t() { return 1 }`,
    })
    expect(await host.host.opened).toMatchObject({ ok: true })
    const { finding } = await host.seen('finding')
    expect(finding).toMatchObject({
      rule: 'unhandled-rejection',
      node: 'host',
      text: expect.stringContaining('forgotten'),
    })
    await host.run('t')
  })

  it('can be put right and loaded again', async () => {
    const host = await open({ 'm.ts': 'export const = 2' })
    expect(await host.host.opened).toMatchObject({ ok: false })
    await host.project.write('m.ts', 'export async function t() { return 1 }')
    await host.seen('node.changed', (event) => event.facts?.changed === true)
    expect(await host.settled(host.ask('host', { verb: 'restart' }))).toEqual({ effect: 'started' })
    await host.run('t')
  })

  it('says why a restart did not work', async () => {
    const host = await open({ 'm.ts': 'export async function t() { return 1 }' })
    await host.host.opened
    await host.project.write('m.ts', `throw new Error('not today')`)
    expect(await host.settled(host.ask('host', { verb: 'restart' }))).toEqual({
      refusal: 'm.ts threw while it was loading: Error: not today',
    })
  })
})
