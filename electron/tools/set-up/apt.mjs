// @ts-check
// Debian packages: says which, asks on a terminal, installs as root, never raises its own rights.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { outputOf, runQuietly } from '../process.mjs'
import { sayStep } from '../say.mjs'
import { SetupFailure } from '../setup-failure.mjs'
import { chooseNames, installableNames, namesByRelease } from './debian-packages.mjs'
import { findOnPath } from './find-on-path.mjs'

const installCommand = ['apt-get', 'install', '-y', '--no-install-recommends']

/**
 * Installs packages, or ends with the sentence that says how a person does it.
 * @param {readonly (readonly string[])[]} packages possible names of each, best first
 * @param {string} purpose what needs them, to begin a sentence with
 */
export async function installDebianPackages(packages, purpose) {
  if (findOnPath('apt-get') === undefined) {
    throw new SetupFailure(
      `${purpose} what Debian calls ${packages.map((names) => names.at(-1)).join(' ')}: ` +
        'install these with the package manager of this machine and run this again.',
    )
  }
  const isRoot = process.getuid?.() === 0
  let names = chooseNames(packages, await installable(packages))
  if (names === undefined && isRoot) {
    await updateLists()
    names = chooseNames(packages, await installable(packages))
  }
  const wanted = names ?? namesByRelease(packages, readFileSync('/etc/os-release', 'utf8'))
  const command = [...installCommand, ...wanted].join(' ')
  if (!isRoot) {
    throw new SetupFailure(
      `${purpose} Debian packages that are missing here: run "apt-get update && ${command}" as root, then this again.`,
    )
  }
  if (!(await agreed(`${purpose} these Debian packages: ${wanted.join(' ')}. Install them now?`))) {
    throw new SetupFailure(`Nothing was installed: run "${command}" when you are ready, then this again.`)
  }
  await sayStep(`${purpose} these Debian packages, installing them: ${wanted.join(' ')}`, () => install(wanted))
}

/** @param {readonly string[]} names */
async function install(names) {
  const args = [...installCommand.slice(1), ...names]
  if ((await apt(args)).code === 0) return
  // Lists that are older than the archive name files that are gone.
  await updateLists()
  const { code, output } = await apt(args)
  if (code !== 0) refuse([...installCommand, ...names].join(' '), code, output)
}

async function updateLists() {
  await sayStep("Updating the list of Debian's packages (apt-get update)", async () => {
    const { code, output } = await apt(['update'])
    if (code !== 0) refuse('apt-get update', code, output)
  })
}

/**
 * @param {string} command @param {number} code @param {string} output
 * @returns {never}
 */
function refuse(command, code, output) {
  process.stderr.write(output)
  throw new SetupFailure(
    `"${command}" ended with exit code ${code} (its message is above): mend that, then run this again.`,
  )
}

/** @param {readonly string[]} args */
function apt(args) {
  return runQuietly('apt-get', ['-q', ...args], { ...process.env, DEBIAN_FRONTEND: 'noninteractive' })
}

/** @param {readonly (readonly string[])[]} packages */
async function installable(packages) {
  const env = { ...process.env, LC_ALL: 'C' }
  return installableNames((await outputOf('apt-cache', ['policy', ...packages.flat()], { env })) ?? '')
}

/** Yes without asking where nobody can answer. @param {string} question */
async function agreed(question) {
  if (!process.stdin.isTTY || !process.stderr.isTTY || process.env.CI) return true
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  // The end of the input is no consent.
  const closed = once(terminal, 'close').then(() => 'no')
  try {
    const answer = await Promise.race([terminal.question(`[taskscope] ${question} [Y/n] `), closed])
    return /^(y(es)?)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}
