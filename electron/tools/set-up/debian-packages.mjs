// @ts-check
// Which Debian package brings which shared library that Electron loads. Pure.

/** Library file → package name of Debian 12; `t64` marks those renamed to `…t64` in Debian 13. */
const packageOfLibrary = new Map([
  ['libglib-2.0.so.0', { name: 'libglib2.0-0', t64: true }],
  ['libgobject-2.0.so.0', { name: 'libglib2.0-0', t64: true }],
  ['libgio-2.0.so.0', { name: 'libglib2.0-0', t64: true }],
  ['libnss3.so', { name: 'libnss3', t64: false }],
  ['libnssutil3.so', { name: 'libnss3', t64: false }],
  ['libsmime3.so', { name: 'libnss3', t64: false }],
  ['libnspr4.so', { name: 'libnspr4', t64: false }],
  ['libdbus-1.so.3', { name: 'libdbus-1-3', t64: false }],
  ['libatk-1.0.so.0', { name: 'libatk1.0-0', t64: true }],
  ['libatk-bridge-2.0.so.0', { name: 'libatk-bridge2.0-0', t64: true }],
  ['libatspi.so.0', { name: 'libatspi2.0-0', t64: true }],
  ['libcups.so.2', { name: 'libcups2', t64: true }],
  ['libdrm.so.2', { name: 'libdrm2', t64: false }],
  ['libgtk-3.so.0', { name: 'libgtk-3-0', t64: true }],
  ['libgdk-3.so.0', { name: 'libgtk-3-0', t64: true }],
  ['libpango-1.0.so.0', { name: 'libpango-1.0-0', t64: false }],
  ['libcairo.so.2', { name: 'libcairo2', t64: false }],
  ['libX11.so.6', { name: 'libx11-6', t64: false }],
  ['libXcomposite.so.1', { name: 'libxcomposite1', t64: false }],
  ['libXdamage.so.1', { name: 'libxdamage1', t64: false }],
  ['libXext.so.6', { name: 'libxext6', t64: false }],
  ['libXfixes.so.3', { name: 'libxfixes3', t64: false }],
  ['libXrandr.so.2', { name: 'libxrandr2', t64: false }],
  ['libgbm.so.1', { name: 'libgbm1', t64: false }],
  ['libexpat.so.1', { name: 'libexpat1', t64: false }],
  ['libxcb.so.1', { name: 'libxcb1', t64: false }],
  ['libxkbcommon.so.0', { name: 'libxkbcommon0', t64: false }],
  ['libudev.so.1', { name: 'libudev1', t64: false }],
  ['libasound.so.2', { name: 'libasound2', t64: true }],
  ['libgcc_s.so.1', { name: 'libgcc-s1', t64: false }],
])

/**
 * Libraries that `ldd` could not find.
 * @param {string} lddOutput of one or several files
 * @returns {readonly string[]} sorted, each once
 */
export function missingLibraries(lddOutput) {
  const missing = new Set()
  for (const line of lddOutput.split('\n')) {
    const match = /^\s*(\S+) => not found/.exec(line)
    if (match?.[1] !== undefined) missing.add(match[1])
  }
  return [...missing].sort()
}

/**
 * The packages for some libraries, each as its possible names, the newest name first.
 * @param {readonly string[]} libraries
 * @returns {{ readonly packages: readonly (readonly string[])[], readonly unknown: readonly string[] }}
 */
export function packagesFor(libraries) {
  /** @type {Map<string, readonly string[]>} */
  const packages = new Map()
  const unknown = []
  for (const library of libraries) {
    const found = packageOfLibrary.get(library)
    if (found === undefined) unknown.push(library)
    else packages.set(found.name, found.t64 ? [`${found.name}t64`, found.name] : [found.name])
  }
  return { packages: [...packages.values()], unknown }
}

/**
 * Chooses from each package's possible names the first that can be installed here.
 * @param {readonly (readonly string[])[]} packages
 * @param {ReadonlySet<string>} installable
 * @returns {readonly string[] | undefined} undefined when a package has no installable name
 */
export function chooseNames(packages, installable) {
  const names = []
  for (const candidates of packages) {
    const name = candidates.find((candidate) => installable.has(candidate))
    if (name === undefined) return undefined
    names.push(name)
  }
  return names
}

/**
 * The names that `apt-cache policy` offers a version of.
 * @param {string} policyOutput
 * @returns {ReadonlySet<string>}
 */
export function installableNames(policyOutput) {
  const names = new Set()
  let current
  for (const line of policyOutput.split('\n')) {
    const heading = /^(\S+):$/.exec(line)
    if (heading) current = heading[1]
    const candidate = /^\s+Candidate: (.+)$/.exec(line)
    if (candidate && candidate[1] !== '(none)' && current !== undefined) names.add(current)
  }
  return names
}

/**
 * Names by the release alone, for a machine whose package lists are empty and not ours to update.
 * @param {readonly (readonly string[])[]} packages
 * @param {string} osRelease text of /etc/os-release
 * @returns {readonly string[]}
 */
export function namesByRelease(packages, osRelease) {
  const version = Number.parseFloat(/^VERSION_ID="?([\d.]+)"?/m.exec(osRelease)?.[1] ?? '')
  const isDebian = /^ID="?debian"?$/m.test(osRelease)
  const hasNewNames = Number.isNaN(version) || version >= (isDebian ? 13 : 24)
  return packages.flatMap((candidates) => (hasNewNames ? candidates.slice(0, 1) : candidates.slice(-1)))
}
