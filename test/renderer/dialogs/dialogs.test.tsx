import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { ControlRecord } from '../../../core/model/control.ts'
import { DialogHost } from '../../../renderer/dialogs/dialog-host.tsx'
import { detailOf, now, renderWindow, settings } from '../detail/render-window.tsx'
import { nodeRow } from '../preview/sample-rows.ts'

const host = nodeRow('demo', 0, now, { capabilities: { start: true } })
const offers = [
  {
    name: 'crawl',
    inputSchema: { type: 'object', properties: { url: { type: 'string', format: 'uri' } }, required: ['url'] },
  },
  { name: 'free' },
]

describe('running an offer', () => {
  function open() {
    const opened = renderWindow(<DialogHost />, [host])
    act(() => {
      opened.model.open({ kind: 'run', target: host.key, offer: 'crawl' })
      opened.feed.tellDetail(detailOf(host, { offers }))
    })
    return opened
  }

  function tell(opened: ReturnType<typeof open>, facts: Partial<ControlRecord>): void {
    const request = opened.feed.asked.at(-1)
    if (request === undefined) throw new Error('nothing was asked')
    act(() => opened.feed.tellDetail(detailOf(host, { offers, controls: [{ request, ...facts }] })))
  }

  it('sends nothing that does not keep to the schema', () => {
    const { feed } = open()
    fireEvent.change(screen.getByLabelText('url'), { target: { value: 'example' } })
    fireEvent.click(screen.getByRole('button', { name: 'Run' }))
    expect(feed.asked).toEqual([])
    expect(screen.getByText(/is not a full address/)).toBeTruthy()
  })

  it('keeps the input when it is refused, closes when it has started, and remembers the input', () => {
    const opened = open()
    fireEvent.change(screen.getByLabelText('url'), { target: { value: 'https://example.com/' } })
    fireEvent.click(screen.getByRole('button', { name: 'Run' }))
    expect(opened.feed.asked.at(-1)?.command).toEqual({
      verb: 'start',
      offer: 'crawl',
      input: { url: 'https://example.com/' },
    })
    tell(opened, { refusedAt: now, refusal: 'out of credit' })
    expect(screen.getByRole('alert').textContent).toBe('It was not started: out of credit')
    expect((screen.getByLabelText('url') as HTMLInputElement).value).toBe('https://example.com/')
    fireEvent.click(screen.getByRole('button', { name: 'Run' }))
    tell(opened, { acknowledgedAt: now, effectiveAt: now })
    expect(screen.queryByRole('dialog')).toBeNull()
    act(() => opened.model.open({ kind: 'run', target: host.key, offer: 'crawl' }))
    expect((screen.getByLabelText('url') as HTMLInputElement).value).toBe('https://example.com/')
  })

  it('takes free JSON where there is no schema, with one clear error', () => {
    const { feed } = open()
    fireEvent.change(screen.getByLabelText('Task or tool'), { target: { value: 'free' } })
    const editor = screen.getByRole('textbox', { name: /Input/ })
    fireEvent.change(editor, { target: { value: '{"a": }' } })
    fireEvent.click(screen.getByRole('button', { name: 'Run' }))
    expect(feed.asked).toEqual([])
    expect(screen.getByRole('alert').textContent).toBe('this is not JSON: "}" at line 1, column 7')
    fireEvent.change(editor, { target: { value: '{"a": 1}' } })
    fireEvent.click(screen.getByRole('button', { name: 'Run' }))
    expect(feed.asked.at(-1)?.command).toMatchObject({ offer: 'free', input: { a: 1 } })
  })
})

describe('where running an offer begins', () => {
  const focused = () => document.activeElement
  const openOffers = [
    ...offers,
    { name: 'nothing', inputSchema: { type: 'object', properties: {} } },
    { name: 'switch', inputSchema: { type: 'object', properties: { dry: { type: 'boolean' } } } },
  ]

  function open(offer?: string) {
    const opened = renderWindow(<DialogHost />, [host])
    act(() => {
      opened.model.open({ kind: 'run', target: host.key, ...(offer === undefined ? {} : { offer }) })
      opened.feed.tellDetail(detailOf(host, { offers: openOffers }))
    })
  }

  it.each([
    ['the first field of its form', 'crawl', () => screen.getByLabelText('url')],
    ['the editor of its JSON', 'free', () => screen.getByRole('textbox', { name: /Input/ })],
    ['a checkbox that comes first', 'switch', () => screen.getByRole('checkbox', { name: 'dry' })],
    ['Run where there is nothing to enter', 'nothing', () => screen.getByRole('button', { name: 'Run' })],
  ])('at %s once it was chosen', (_where, offer, there) => {
    open(offer)
    expect(focused()).toBe(there())
  })

  it('at the choice where none was made', () => {
    open()
    expect(focused()).toBe(screen.getByLabelText('Source'))
  })

  it('where another offer is chosen the focus stays on the choice, so that the arrow keys go on', () => {
    open('crawl')
    for (const value of ['free', 'nothing', 'crawl']) {
      const choice = screen.getByLabelText('Task or tool')
      choice.focus()
      fireEvent.change(choice, { target: { value } })
      expect(focused()).toBe(screen.getByLabelText('Task or tool'))
    }
  })
})

describe('connecting a server', () => {
  it('shows what will be run before it is run, secrets masked, and keeps all when it fails', async () => {
    const { model, invoked } = renderWindow(<DialogHost />, [host], {
      getSettings: () => ({ ok: true, value: settings }),
      connectServer: () => ({ ok: false, error: 'npy was not found', detail: 'spawn npy ENOENT' }),
    })
    act(() => model.open({ kind: 'connect' }))
    fireEvent.change(screen.getByLabelText('Command'), { target: { value: 'npy -y thing' } })
    fireEvent.click(screen.getByRole('button', { name: 'Add variable' }))
    fireEvent.change(screen.getByLabelText('Name of variable 1'), { target: { value: 'API_KEY' } })
    fireEvent.change(screen.getByLabelText('Value of variable 1'), { target: { value: 'hush' } })
    expect(screen.getByText('API_KEY=•••• npy -y thing')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Connect' }))
    await waitFor(() => expect(screen.getByRole('alert').textContent).toBe('npy was not foundspawn npy ENOENT'))
    expect((screen.getByLabelText('Command') as HTMLInputElement).value).toBe('npy -y thing')
    expect(invoked.at(-1)).toEqual({
      name: 'connectServer',
      input: { name: 'thing', command: 'npy', args: ['-y', 'thing'], env: { API_KEY: 'hush' } },
    })
  })

  it('takes the address of a server, the wire, and what the person will answer', async () => {
    const { model, invoked } = renderWindow(<DialogHost />, [host], {
      getSettings: () => ({ ok: true, value: settings }),
      connectServer: () => ({ ok: true, value: { source: 'lab' } }),
    })
    act(() => model.open({ kind: 'connect' }))
    fireEvent.click(screen.getByRole('radio', { name: 'Over HTTP' }))
    expect(screen.queryByLabelText('Command')).toBeNull()
    fireEvent.change(screen.getByLabelText('URL'), { target: { value: 'http://localhost:3001/mcp' } })
    fireEvent.click(screen.getByRole('button', { name: 'Add header' }))
    fireEvent.change(screen.getByLabelText('Name of header 1'), { target: { value: 'Authorization' } })
    fireEvent.change(screen.getByLabelText('Value of header 1'), { target: { value: 'Bearer hush' } })
    expect(screen.getByLabelText('Value of header 1').getAttribute('type')).toBe('password')
    fireEvent.click(screen.getByRole('radio', { name: 'Modern 2026-07-28' }))
    fireEvent.click(screen.getByRole('checkbox', { name: 'Sampling' }))
    fireEvent.click(screen.getByRole('button', { name: 'Connect' }))
    await waitFor(() =>
      expect(invoked.at(-1)).toEqual({
        name: 'connectServer',
        input: {
          name: 'localhost:3001',
          url: 'http://localhost:3001/mcp',
          headers: { Authorization: 'Bearer hush' },
          era: 'modern',
          abilities: { sampling: true },
        },
      }),
    )
  })

  it('fills in a server of an imported file', async () => {
    const { model } = renderWindow(<DialogHost />, [host], {
      getSettings: () => ({ ok: true, value: settings }),
      importServers: () => ({ ok: true, value: [{ name: 'git', command: 'uvx', args: ['mcp-server-git'], env: {} }] }),
    })
    act(() => model.open({ kind: 'connect' }))
    fireEvent.click(screen.getByRole('button', { name: 'Import .mcp.json…' }))
    await waitFor(() => expect((screen.getByLabelText('Name') as HTMLInputElement).value).toBe('git'))
  })
})

describe('exporting spans', () => {
  it('shows the answer of the collector to a test span', async () => {
    const { model, invoked } = renderWindow(<DialogHost />, [host], {
      getSettings: () => ({ ok: true, value: settings }),
      testExport: () => ({ ok: true, value: { answer: '200, accepted', tookMs: 12.4 } }),
    })
    act(() => model.open({ kind: 'export' }))
    fireEvent.change(await screen.findByLabelText(/Endpoint/), { target: { value: 'http://localhost:4318' } })
    fireEvent.click(screen.getByRole('button', { name: 'Send a test span' }))
    await waitFor(() => expect(screen.getByText('The collector answered in 12 ms: 200, accepted')).toBeTruthy())
    expect(invoked.at(-1)?.input).toEqual({ endpoint: 'http://localhost:4318', headers: {} })
  })

  it('leaves alone what the environment decides, says which variable does, and saves everything else', async () => {
    const { model, invoked } = renderWindow(<DialogHost />, [host], {
      getSettings: () => ({
        ok: true,
        value: {
          ...settings,
          export: {
            endpoint: 'http://collector:4318',
            headers: { 'x-token': 'hush' },
            fromEnvironment: 'OTEL_EXPORTER_OTLP_ENDPOINT',
            compression: 'gzip' as const,
            decided: { protocol: 'OTEL_EXPORTER_OTLP_ENDPOINT', compression: 'OTEL_EXPORTER_OTLP_COMPRESSION' },
          },
        },
      }),
    })
    act(() => model.open({ kind: 'export' }))
    expect(((await screen.findByLabelText(/Endpoint/)) as HTMLInputElement).readOnly).toBe(true)
    // Headers of one's own never go where a variable points.
    expect(screen.queryByRole('group', { name: 'Headers' })).toBeNull()
    expect(screen.getAllByText('OTEL_EXPORTER_OTLP_COMPRESSION decides this')).not.toHaveLength(0)
    const plain = screen.getByRole('radio', { name: 'Plain' })
    expect(plain.getAttribute('aria-disabled')).toBe('true')
    fireEvent.click(plain)
    fireEvent.change(screen.getByLabelText(/Attributes to redact/), { target: { value: '*.token' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    expect(invoked.at(-1)).toEqual({
      name: 'changeSettings',
      input: {
        export: {
          endpoint: 'http://collector:4318',
          headers: { 'x-token': 'hush' },
          compression: 'gzip',
          redact: ['*.token'],
        },
      },
    })
  })

  it('masks the values of headers', async () => {
    const { model } = renderWindow(<DialogHost />, [host], {
      getSettings: () => ({
        ok: true,
        value: { ...settings, export: { endpoint: 'http://collector:4318', headers: { plain: 'hush' } } },
      }),
    })
    act(() => model.open({ kind: 'export' }))
    expect((await screen.findByLabelText('Value of header 1')).getAttribute('type')).toBe('password')
  })

  it('saves further destinations, how each is sent to, redaction and metrics', async () => {
    const { model, invoked } = renderWindow(<DialogHost />, [host], {
      getSettings: () => ({ ok: true, value: settings }),
      changeSettings: () => ({ ok: true, value: settings }),
    })
    act(() => model.open({ kind: 'export' }))
    fireEvent.change(await screen.findByLabelText(/Endpoint/), { target: { value: 'http://localhost:4318' } })
    fireEvent.click(screen.getByRole('radio', { name: 'gzip' }))
    fireEvent.click(screen.getByRole('button', { name: 'Add destination' }))
    fireEvent.change(screen.getByLabelText(/Endpoint 2/), { target: { value: '/tmp/spans.jsonl' } })
    fireEvent.click(screen.getAllByRole('radio', { name: 'File' })[1] ?? screen.getByText('no second destination'))
    fireEvent.change(screen.getByLabelText(/Attributes to redact/), { target: { value: '*.token\n\n db.user ' } })
    fireEvent.click(screen.getByRole('radio', { name: 'Sent' }))
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(invoked.at(-1)?.name).toBe('changeSettings'))
    expect(invoked.at(-1)?.input).toEqual({
      export: {
        endpoint: 'http://localhost:4318',
        headers: {},
        compression: 'gzip',
        also: [{ endpoint: '/tmp/spans.jsonl', headers: {}, protocol: 'file' }],
        redact: ['*.token', 'db.user'],
        metrics: true,
      },
    })
  })

  it('shows for each destination what became of spans, and why some were dropped', async () => {
    const { model, feed } = renderWindow(<DialogHost />, [host], {
      getSettings: () => ({ ok: true, value: settings }),
    })
    const one = { light: 'ok', endpoint: 'http://a', sent: 5, queued: 2, dropped: 0, place: 'disk' } as const
    const other = {
      light: 'failing',
      endpoint: 'http://b',
      sent: 1,
      queued: 0,
      dropped: 3,
      retried: 4,
      drops: { refused: 2, expired: 1 },
      lastError: 'nothing listens at b',
    } as const
    act(() => model.open({ kind: 'export' }))
    await screen.findByLabelText(/Endpoint/)
    act(() =>
      feed.tellStatus({
        updatesPerSecond: 0,
        lost: 0,
        folded: 0,
        forgotten: 0,
        openSpans: 0,
        export: other,
        destinations: [one, other],
      }),
    )
    const health = screen.getByRole('status', { name: 'Export health' }).textContent
    expect(health).toContain('5 sent, 2 queued on disk, 0 dropped')
    expect(health).toContain('1 sent, 0 queued, 4 tried again, 3 dropped')
    expect(health).toContain('Dropped: 2 refused, 1 too old')
    expect(health).toContain('nothing listens at b')
  })

  it('refuses an address that is none', async () => {
    const { model, invoked } = renderWindow(<DialogHost />, [host], {
      getSettings: () => ({ ok: true, value: settings }),
    })
    act(() => model.open({ kind: 'export' }))
    fireEvent.change(await screen.findByLabelText(/Endpoint/), { target: { value: 'localhost' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    expect(screen.getByRole('alert').textContent).toContain('no full address')
    expect(invoked.map(({ name }) => name)).toEqual(['getSettings'])
  })
})
