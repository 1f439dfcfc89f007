import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openKeptAuthorizations } from '../../../electron/settings/kept-authorizations.ts'
import { createKeychain, type Keychain } from '../../../electron/settings/keychain.ts'
import { openSettingsFile } from '../../../electron/settings/settings-file.ts'
import { chosenExport, storedExport } from '../../../electron/settings/stored-export.ts'
import { chosenReceive, storedReceive } from '../../../electron/settings/stored-receive.ts'
import { fakeSystemKeychain } from './fake-keychain.ts'

const secret = 'Bearer secret-42'
const exporting = {
  endpoint: 'http://collector:4318',
  headers: { authorization: secret },
  also: [{ endpoint: 'http://other:4318', headers: { 'x-key': secret, authorization: secret } }],
}
const authorization = { tokens: { access_token: secret, token_type: 'Bearer' } }
const receiving = { mode: 'token', token: `${secret}-of-the-receiver` } as const
const server = 'https://mcp.example/mcp'

let folder: string
let settingsPath: string
let authorizationsPath: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskscope-settings-'))
  settingsPath = join(folder, 'settings.json')
  authorizationsPath = join(folder, 'authorizations.json')
})

afterEach(() => rmSync(folder, { recursive: true }))

/** Keeps one secret of every kind, as the application does. */
function keepAll(keychain: Keychain): void {
  openSettingsFile(settingsPath).change({
    export: storedExport(exporting, keychain),
    receive: storedReceive(receiving, keychain),
  })
  openKeptAuthorizations(authorizationsPath, keychain).of(server).write(authorization)
}

/** What the next start of the application finds. */
function findAll(keychain: Keychain) {
  const stored = openSettingsFile(settingsPath).get()
  const chosen = chosenExport(stored.export, keychain)
  return {
    headers: [chosen, ...(chosen.also ?? [])].map(({ headers }) => headers),
    token: chosenReceive(stored.receive, keychain).token,
    mode: stored.receive.mode,
    authorization: openKeptAuthorizations(authorizationsPath, keychain).of(server).read(),
  }
}

const nothingFound = {
  headers: [{ authorization: '' }, { 'x-key': '', authorization: '' }],
  token: undefined,
  mode: 'token',
  authorization: undefined,
}

function onDisk(): string {
  return [settingsPath, authorizationsPath]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
}

describe('secrets with a keychain', () => {
  it('come back at the next start, and lie on disk encrypted in files of their owner', () => {
    const keychain = createKeychain(fakeSystemKeychain('gnome_libsecret'), 'linux')
    keepAll(keychain)
    expect(findAll(keychain)).toEqual({
      headers: [exporting.headers, exporting.also[0]?.headers],
      token: receiving.token,
      mode: 'token',
      authorization,
    })
    expect(onDisk()).not.toContain('secret-42')
    expect(onDisk()).not.toContain('mcp.example')
    for (const path of [settingsPath, authorizationsPath]) expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('are asked for again when the keychain is another', () => {
    keepAll(createKeychain(fakeSystemKeychain('gnome_libsecret', 'mine'), 'linux'))
    expect(findAll(createKeychain(fakeSystemKeychain('gnome_libsecret', 'yours'), 'linux'))).toEqual(nothingFound)
  })

  it('are not read with a keychain that has become a plain one', () => {
    keepAll(createKeychain(fakeSystemKeychain('kwallet6'), 'linux'))
    expect(findAll(createKeychain(fakeSystemKeychain('basic_text'), 'linux'))).toEqual(nothingFound)
  })

  it('do not ask which backend there is where only Linux has several', () => {
    const system = fakeSystemKeychain('unknown')
    const keychain = createKeychain({ ...system, getSelectedStorageBackend: () => 'basic_text' }, 'darwin')
    keepAll(keychain)
    expect(findAll(keychain).token).toBe(receiving.token)
  })
})

describe.each(['basic_text', 'none'] as const)('secrets where the keychain is %s', (backend) => {
  it('are not on disk in any form, and are asked for at each start', () => {
    const keychain = createKeychain(fakeSystemKeychain(backend), 'linux')
    keepAll(keychain)
    expect(onDisk()).not.toMatch(/secret-42|sealed|key:/)
    expect(existsSync(authorizationsPath)).toBe(false)
    expect(findAll(keychain)).toEqual(nothingFound)
  })

  it('count for the run in which they were given', () => {
    const keychain = createKeychain(fakeSystemKeychain(backend), 'linux')
    const authorizations = openKeptAuthorizations(authorizationsPath, keychain)
    authorizations.of(server).write(authorization)
    expect(authorizations.of(server).read()).toEqual(authorization)
  })
})
