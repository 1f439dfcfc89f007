import { fireEvent } from '@testing-library/dom'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, useState } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { Segmented } from '../../../renderer/widgets/segmented.tsx'

afterEach(cleanup)

const options = [
  { id: 'launch', title: 'Launch it' },
  { id: 'http', title: 'Over HTTP' },
] as const

function Choice({ whyNot }: { readonly whyNot?: string }): ReactNode {
  const [chosen, setChosen] = useState<'launch' | 'http'>('launch')
  return <Segmented name="Transport" options={options} chosen={chosen} whyNot={whyNot} onChoose={setChosen} />
}

const checked = () => screen.getByRole('radio', { checked: true }).textContent

async function arrowRight(): Promise<void> {
  const first = screen.getByRole('radio', { name: 'Launch it' })
  first.focus()
  fireEvent.keyDown(first, { key: 'ArrowRight' })
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Over HTTP'))
}

describe('a choice of a few', () => {
  it('is made by the arrows', async () => {
    render(<Choice />)
    await arrowRight()
    expect(checked()).toBe('Over HTTP')
  })

  it('stays as it is where it cannot be changed', async () => {
    render(<Choice whyNot="it is set by a variable" />)
    await arrowRight()
    expect(checked()).toBe('Launch it')
  })
})
