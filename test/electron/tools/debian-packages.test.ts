import { describe, expect, test } from 'vitest'
import {
  chooseNames,
  installableNames,
  missingLibraries,
  namesByRelease,
  packagesFor,
} from '../../../electron/tools/set-up/debian-packages.mjs'

const lddOutput = `/app/electron:
\tlinux-vdso.so.1 (0x00007ffd5a9f2000)
\tlibgtk-3.so.0 => not found
\tlibnss3.so => not found
\tlibnssutil3.so => not found
\tlibffmpeg.so => /app/libffmpeg.so (0x00007f0f2c000000)
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f0f2be00000)
/app/libGLESv2.so:
\tlibgtk-3.so.0 => not found
`

describe('missing shared libraries', () => {
  test('are read from the output of ldd, each once', () => {
    expect(missingLibraries(lddOutput)).toEqual(['libgtk-3.so.0', 'libnss3.so', 'libnssutil3.so'])
  })

  test('none are missing when ldd finds all', () => {
    expect(missingLibraries('\tlibc.so.6 => /lib/libc.so.6 (0x0)\n\tstatically linked\n')).toEqual([])
  })

  test('libraries of one package ask for it once, with its newer name first', () => {
    expect(packagesFor(['libnss3.so', 'libnssutil3.so', 'libgtk-3.so.0'])).toEqual({
      packages: [['libnss3'], ['libgtk-3-0t64', 'libgtk-3-0']],
      unknown: [],
    })
  })

  test('a library that no known package holds is named instead of left out', () => {
    expect(packagesFor(['libsurprise.so.1'])).toEqual({ packages: [], unknown: ['libsurprise.so.1'] })
  })
})

describe('names of Debian packages', () => {
  const policy = `libgtk-3-0t64:
  Installed: (none)
  Candidate: (none)
  Version table:
libgtk-3-0:
  Installed: (none)
  Candidate: 3.24.38-2~deb12u3
  Version table:
     3.24.38-2~deb12u3 500
xvfb:
  Installed: 2:21.1.7-3
  Candidate: 2:21.1.7-3
`
  const wanted = [['libgtk-3-0t64', 'libgtk-3-0'], ['xvfb']]

  test('only those with a candidate can be installed', () => {
    expect([...installableNames(policy)]).toEqual(['libgtk-3-0', 'xvfb'])
  })

  test('the first installable name of each package is chosen', () => {
    expect(chooseNames(wanted, installableNames(policy))).toEqual(['libgtk-3-0', 'xvfb'])
    expect(chooseNames(wanted, new Set(['libgtk-3-0t64', 'libgtk-3-0', 'xvfb']))).toEqual(['libgtk-3-0t64', 'xvfb'])
  })

  test('nothing is chosen when one package is not to be had', () => {
    expect(chooseNames(wanted, new Set(['xvfb']))).toBeUndefined()
  })

  test.each([
    ['Debian 12', 'ID=debian\nVERSION_ID="12"\n', 'libgtk-3-0'],
    ['Debian 13', 'ID=debian\nVERSION_ID="13"\n', 'libgtk-3-0t64'],
    ['Debian testing, which tells no version', 'ID=debian\n', 'libgtk-3-0t64'],
    ['Ubuntu 22.04', 'ID=ubuntu\nVERSION_ID="22.04"\n', 'libgtk-3-0'],
    ['Ubuntu 24.04', 'ID=ubuntu\nVERSION_ID="24.04"\n', 'libgtk-3-0t64'],
  ])('without package lists the release decides: %s', (_release, osRelease, name) => {
    expect(namesByRelease(wanted, osRelease)).toEqual([name, 'xvfb'])
  })
})
