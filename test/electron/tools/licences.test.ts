import { expect, test } from 'vitest'
import { sections } from '../../../electron/tools/licences.mjs'

test('reads the packages that the build lists, whatever headings their licences have', () => {
  const list = `# Licenses

The app bundles dependencies which contain the following licenses:

## @scope/one - 1.2.0 (MIT)

MIT License
## Terms

Permission is granted

## two - 3.0.0-beta.1 (Apache-2.0)
`
  expect(sections(list)).toEqual([
    ['@scope/one - 1.2.0 (MIT)', 'MIT License\n## Terms\n\nPermission is granted'],
    ['two - 3.0.0-beta.1 (Apache-2.0)', ''],
  ])
})
