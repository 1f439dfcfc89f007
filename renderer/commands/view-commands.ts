/** What changes only the window, never a task. */
import {
  ChevronsDownUp,
  ChevronsUpDown,
  Command as CommandIcon,
  Eraser,
  Info,
  Keyboard,
  List,
  ListTree,
  ListX,
  Moon,
  PanelBottom,
  PanelLeft,
  PanelRight,
  RadioTower,
  Rows3,
  Search,
  Settings2,
  Snowflake,
  Sun,
  SunMoon,
  Undo2,
} from 'lucide-react'
import type { AppSettings } from '../../core/feed/app-commands.ts'
import type { WindowModel } from '../state/window-model.ts'
import { isFiltered } from '../state/window-state.ts'
import type { Command, CommandContext } from './command.ts'

const always = () => undefined

async function change(model: WindowModel, wish: Partial<Pick<AppSettings, 'theme' | 'density'>>): Promise<void> {
  const result = await model.invoke('changeSettings', wish)
  if (result.ok) model.store.setState({ settings: result.value })
}

function themeCommand(theme: AppSettings['theme'], title: string, icon: Command['icon'] & object): Command {
  return {
    id: `view.theme.${theme}`,
    title,
    group: 'View',
    icon,
    whyNot: ({ state }) => (state.settings?.theme === theme ? 'it is so already' : undefined),
    run: ({ model }) => void change(model, { theme }),
  }
}

function nothingToFilter({ state }: CommandContext): string | undefined {
  return isFiltered(state) ? undefined : 'nothing is filtered'
}

/** What Escape would end next: a message, the detail, then the filter. */
function escapable({ state }: CommandContext): 'toast' | 'detail' | 'filter' | undefined {
  if (state.toasts.length > 0) return 'toast'
  if (state.panes.detail !== 'closed' && state.selection !== undefined) return 'detail'
  return isFiltered(state) ? 'filter' : undefined
}

/** Undoes what the newest message tells of. */
function undoable({ state }: CommandContext) {
  return state.toasts.findLast((toast) => toast.undo !== undefined)
}

export const viewCommands: readonly Command[] = [
  {
    id: 'view.palette',
    title: 'Find a command or task',
    group: 'View',
    icon: CommandIcon,
    keys: ['mod+K', 'mod+shift+P'],
    keyOnly: true,
    whyNot: always,
    run: ({ model }) => model.open({ kind: 'palette' }),
  },
  {
    id: 'view.shortcuts',
    title: 'Keyboard shortcuts',
    group: 'View',
    icon: Keyboard,
    keys: ['?'],
    whyNot: always,
    run: ({ model }) => model.open({ kind: 'shortcuts' }),
  },
  {
    id: 'view.filter',
    title: 'Filter tasks',
    group: 'View',
    icon: Search,
    keys: ['/'],
    whyNot: always,
    run: () => {
      const field = document.querySelector<HTMLInputElement>('[data-filter]')
      field?.focus()
      field?.select()
    },
  },
  {
    id: 'view.clearFilters',
    title: 'Clear the filter',
    group: 'View',
    icon: ListX,
    whyNot: nothingToFilter,
    run: ({ model }) => model.clearFilters(),
  },
  {
    id: 'view.freeze',
    title: 'Freeze view',
    group: 'View',
    icon: Snowflake,
    keys: ['Space'],
    hint: 'stops the screen, not the tasks',
    whyNot: always,
    run: ({ model, state }) => (state.frozenAt === undefined ? model.freeze() : model.thaw()),
  },
  {
    id: 'view.clearFinished',
    title: 'Clear finished',
    group: 'View',
    icon: Eraser,
    whyNot: ({ model }) => {
      const { completed, failed, killed, cancelled, lost } = model.index.counts()
      return completed + failed + killed + cancelled + lost > 0 ? undefined : 'nothing has finished'
    },
    run: ({ model, state }) => model.clearFinished(state.source),
  },
  {
    id: 'view.collapseAll',
    title: 'Collapse all',
    group: 'View',
    icon: ChevronsDownUp,
    keys: ['['],
    whyNot: always,
    run: ({ model }) => model.setAllCollapsed(true),
  },
  {
    id: 'view.expandAll',
    title: 'Expand all',
    group: 'View',
    icon: ChevronsUpDown,
    keys: [']'],
    whyNot: always,
    run: ({ model }) => model.setAllCollapsed(false),
  },
  {
    id: 'view.tree',
    title: 'Show as a tree',
    group: 'View',
    icon: ListTree,
    whyNot: ({ state }) => (state.arrangement === 'tree' ? 'it is so already' : undefined),
    run: ({ model }) => model.setArrangement('tree'),
  },
  {
    id: 'view.flat',
    title: 'Show as a flat list',
    group: 'View',
    icon: List,
    whyNot: ({ state }) => (state.arrangement === 'flat' ? 'it is so already' : undefined),
    run: ({ model }) => model.setArrangement('flat'),
  },
  {
    id: 'view.sources',
    title: 'Show or hide sources',
    group: 'View',
    icon: PanelLeft,
    keys: ['mod+B'],
    whyNot: always,
    run: ({ model, state }) => model.setPanes({ sources: state.panes.sources === 'open' ? 'rail' : 'open' }),
  },
  {
    id: 'view.detail',
    title: 'Show or hide the detail',
    group: 'View',
    icon: PanelRight,
    keys: ['mod+I'],
    whyNot: always,
    run: ({ model, state }) => model.setPanes({ detail: state.panes.detail === 'closed' ? 'right' : 'closed' }),
  },
  {
    id: 'view.detailSide',
    title: 'Move the detail to the other side',
    group: 'View',
    icon: Rows3,
    whyNot: always,
    run: ({ model, state }) => model.setPanes({ detail: state.panes.detail === 'bottom' ? 'right' : 'bottom' }),
  },
  {
    id: 'view.timeline',
    title: 'Show or hide the timeline',
    group: 'View',
    icon: PanelBottom,
    keys: ['mod+J'],
    whyNot: always,
    run: ({ model, state }) => model.setPanes({ timeline: state.panes.timeline === 'open' ? 'collapsed' : 'open' }),
  },
  {
    id: 'view.settings',
    title: 'Settings…',
    group: 'View',
    icon: Settings2,
    keys: ['mod+,'],
    whyNot: always,
    run: ({ model }) => model.open({ kind: 'settings' }),
  },
  {
    id: 'view.about',
    title: 'About Taskscope',
    group: 'View',
    icon: Info,
    whyNot: always,
    run: ({ model }) => model.open({ kind: 'about' }),
  },
  {
    id: 'view.export',
    title: 'Export settings…',
    group: 'View',
    icon: RadioTower,
    whyNot: always,
    run: ({ model }) => model.open({ kind: 'export' }),
  },
  themeCommand('system', 'Theme of the system', SunMoon),
  themeCommand('light', 'Light theme', Sun),
  themeCommand('dark', 'Dark theme', Moon),
  {
    id: 'view.density',
    title: 'Switch between dense and comfortable rows',
    group: 'View',
    icon: Rows3,
    whyNot: always,
    run: ({ model, state }) =>
      void change(model, { density: state.settings?.density === 'comfortable' ? 'dense' : 'comfortable' }),
  },
  {
    id: 'view.escape',
    title: 'Close a message, the detail, then clear the filter',
    group: 'View',
    keys: ['Escape'],
    keyOnly: true,
    whyNot: always,
    run: (context) => {
      const { model, state } = context
      const next = escapable(context)
      if (next === 'toast') for (const toast of state.toasts) model.dismiss(toast.id)
      else if (next === 'detail') model.setPanes({ detail: 'closed' })
      else if (next === 'filter') model.clearFilters()
    },
  },
  {
    id: 'view.undo',
    title: 'Undo',
    group: 'View',
    icon: Undo2,
    keys: ['mod+Z'],
    whyNot: (context) => (undoable(context) === undefined ? 'nothing can be undone' : undefined),
    run: (context) => {
      const toast = undoable(context)
      toast?.undo?.()
      if (toast !== undefined) context.model.dismiss(toast.id)
    },
  },
]
