import { describe, expect, it } from 'vitest'
import { contextOf } from '../../../renderer/commands/command.ts'
import { commands } from '../../../renderer/commands/command-list.ts'
import { commandFor, isTakenBy, matches, type PressedKey } from '../../../renderer/commands/key-map.ts'
import { createWindowModel } from '../../../renderer/state/window-model.ts'
import { createFixtureFeed } from '../fixture-feed.ts'
import { keyOf, task } from '../row-samples.ts'

function press(key: string, held: Partial<PressedKey> = {}): PressedKey {
  return { key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held }
}

function meant(key: PressedKey, row = task('a')): string | undefined {
  const model = createWindowModel()
  model.attach(createFixtureFeed([row]))
  model.select(keyOf('a'))
  const found = commandFor(commands, key, contextOf(model), false)
  model.dispose()
  return found?.id
}

describe('keys', () => {
  it('asks for exactly its modifiers', () => {
    expect(matches('mod+K', press('k', { ctrlKey: true }), false)).toBe(true)
    expect(matches('mod+K', press('k'), false)).toBe(false)
    expect(matches('mod+K', press('K', { ctrlKey: true, shiftKey: true }), false)).toBe(false)
    expect(matches('mod+K', press('k', { metaKey: true }), true)).toBe(true)
    expect(matches('mod+K', press('k', { metaKey: true }), false)).toBe(false)
  })

  it('takes a sign as it was typed, with or without shift', () => {
    expect(matches('?', press('?', { shiftKey: true }), false)).toBe(true)
    expect(matches('/', press('/'), false)).toBe(true)
  })

  it('suspends with F8 what runs, and resumes with it what is held', () => {
    const hold = { id: 'h', owner: { kind: 'person' } as const, how: 'checkpoint' as const, requestedAt: 1 }
    expect(meant(press('F8'))).toBe('task.suspend')
    expect(meant(press('F8'), task('a', { holds: [hold] }))).toBe('task.resumeAll')
    expect(meant(press('F10'))).toBe('task.step')
  })

  it('opens the palette with both of its keys', () => {
    expect(meant(press('k', { ctrlKey: true }))).toBe('view.palette')
    expect(meant(press('P', { ctrlKey: true, shiftKey: true }))).toBe('view.palette')
  })

  it('leaves letters and editing keys to a text field, but not function keys', () => {
    expect(isTakenBy('text', press('/'))).toBe(true)
    expect(isTakenBy('text', press('Backspace'))).toBe(true)
    expect(isTakenBy('text', press('z', { ctrlKey: true }))).toBe(true)
    expect(isTakenBy('text', press('F8'))).toBe(false)
    expect(isTakenBy('text', press('k', { ctrlKey: true }))).toBe(false)
  })

  it('leaves Space and Enter to a button', () => {
    expect(isTakenBy('button', press(' '))).toBe(true)
    expect(isTakenBy('elsewhere', press(' '))).toBe(false)
  })
})

describe('the list of commands', () => {
  it('has one command per id', () => {
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length)
  })

  it('gives every command a reason or lets it run, whatever is selected', () => {
    const model = createWindowModel()
    for (const command of commands) {
      const whyNot = command.whyNot(contextOf(model))
      expect(whyNot === undefined || (whyNot.length > 0 && !whyNot.endsWith('.'))).toBe(true)
    }
    model.dispose()
  })
})

describe('the keys of the commands', () => {
  it('are all written so that a press can mean them', () => {
    for (const { id, keys = [] } of commands) {
      for (const each of keys) {
        const modifiers = each === '+' ? [] : each.split('+').slice(0, -1)
        for (const modifier of modifiers) expect(['mod', 'shift', 'alt'], id).toContain(modifier)
      }
    }
  })
})
