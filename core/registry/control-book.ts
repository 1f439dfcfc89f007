/** Every control by its id, for as long as its target's history keeps it. */
import type { ControlRecord } from '../model/control.ts'
import type { ControlId } from '../model/identity.ts'
import type { Entry } from './entry.ts'
import { createRing } from './ring.ts'

export interface ControlEntry {
  record: ControlRecord
  /** Absent when the target was not known. */
  readonly target: Entry | undefined
}

/** So many controls without a known target are kept. */
const keptWithoutTarget = 100

export class ControlBook {
  private readonly byId = new Map<ControlId, ControlEntry>()
  private readonly withoutTarget = createRing<ControlId>(keptWithoutTarget)

  get(id: ControlId): ControlEntry | undefined {
    return this.byId.get(id)
  }

  add(control: ControlEntry): void {
    const id = control.record.request.id
    this.byId.set(id, control)
    if (control.target !== undefined) return
    const dropped = this.withoutTarget.push(id)
    if (dropped !== undefined) this.byId.delete(dropped)
  }

  forget(control: ControlEntry): void {
    const id = control.record.request.id
    if (this.byId.get(id) === control) this.byId.delete(id)
  }
}
