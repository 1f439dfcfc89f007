/** Which variable of the environment decides what of the export; what none decides is the person's. */
export interface DecidedExport {
  readonly protocol?: string
  readonly compression?: string
  readonly metrics?: string
}
