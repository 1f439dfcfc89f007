// @ts-check
// The licences of everything by others that the packaged app holds, in one file beside it. The build lists what it put
// into the bundles; fonts are files, which it does not list; Electron and esbuild bring their own.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const bundles = ['out/main/licenses.md', 'out/renderer/licenses.md']
const fonts = ['@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono']

/**
 * Writes `out/third-party-licences.md`, which electron-builder.yml puts beside the app.
 * @param {string} checkout absolute; built already
 */
export function writeThirdPartyLicences(checkout) {
  const packages = new Map(bundles.flatMap((file) => sections(readFileSync(join(checkout, file), 'utf8'))))
  for (const name of fonts) {
    const folder = join(checkout, 'node_modules', name)
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    packages.set(`${name} - ${version} (${license})`, readFileSync(join(folder, 'LICENSE'), 'utf8').trim())
  }
  const text = [...packages]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([title, licence]) => `## ${title}\n\n${licence}`.trimEnd())
  const head =
    '# Licences of the software that Taskscope contains\n\nThose of Electron and Chromium stand in files of their own.'
  writeFileSync(join(checkout, 'out/third-party-licences.md'), `${[head, ...text].join('\n\n')}\n`)
}

/**
 * The packages of a list that Vite has written, each with the text of its licence.
 * @param {string} list
 * @returns {readonly (readonly [title: string, licence: string])[]}
 */
export function sections(list) {
  return list
    .split(/^## (?=.+ - \d\S* \(.+\)$)/m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n')
      return [section.slice(0, end), section.slice(end).trim()]
    })
}
