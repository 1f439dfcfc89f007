/** Starts the window: one model, one feed client for its life, and the bridge when there is an application. */
import { createRoot } from 'react-dom/client'
import type { TaskscopeBridge } from '../core/feed/app-commands.ts'
import { assert } from '../core/model/assert.ts'
import { durationText } from '../core/model/duration.ts'
import { App } from './shell/app.tsx'
import { joinBridge } from './shell/join-bridge.ts'
import { tellEffects } from './state/effect-messages.ts'
import { followStarted } from './state/follow-started.ts'
import { createWindowModel } from './state/window-model.ts'
import './theme/theme.css'

declare global {
  interface Window {
    readonly taskscope?: TaskscopeBridge
  }
}

const root = document.getElementById('root')
assert(root !== null, 'the page has a root element')

const model = createWindowModel({ bridge: window.taskscope })
tellEffects(model, { durationText })
followStarted(model)
if (window.taskscope !== undefined) joinBridge(model, window.taskscope)
createRoot(root).render(<App model={model} />)
