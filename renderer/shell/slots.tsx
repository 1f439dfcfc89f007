export function Timeline() {
  return <div />
}
export function Dialogs() {
  return undefined
}
