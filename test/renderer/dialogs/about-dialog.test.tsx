import { act, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { DialogHost } from '../../../renderer/dialogs/dialog-host.tsx'
import { renderWindow } from '../detail/render-window.tsx'

it('About shows what was measured of tasks and of Taskscope itself', async () => {
  const { model } = renderWindow(<DialogHost />, [], {
    appInfo: () => ({
      ok: true,
      value: { version: '1.0.0', electron: '33.2.1', node: '20.18.1', platform: 'linux x64' },
    }),
    readMetrics: () => ({
      ok: true,
      value: {
        since: 0,
        at: 90_000,
        tasks: [
          {
            id: 'taskscope.task.duration',
            text: 'From creation to end',
            count: 1204,
            medianMs: 40,
            p95Ms: 1200,
            maxMs: 3000,
          },
        ],
        self: [
          { id: 'taskscope.window.slow_frames', text: 'Slow frames', value: 7, unit: '{frame}' },
          { id: 'process.cpu.utilization', text: 'Busy', value: 0.034, unit: '1' },
          { id: 'process.memory.usage', text: 'Memory', value: 181_900_000, unit: 'By' },
        ],
      },
    }),
  })
  act(() => model.open({ kind: 'about' }))
  const itself = await screen.findByRole('table', { name: 'Taskscope itself' })
  const rows = [...itself.querySelectorAll('tr')].map((row) => row.textContent)
  expect(rows).toEqual(['Slow frames7', 'Busy3.4 %', 'Memory182 MB'])
  const durations = screen.getByRole('table', { name: 'Tasks' }).querySelector('tbody tr')
  expect(durations?.textContent).toMatch(/^From creation to end1.204.*40 ms1\.2 s3\.0 s$/)
})
