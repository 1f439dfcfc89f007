/** The environment that task modules run with: the person's own, without what would change how Electron starts. */
export function hostEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !name.startsWith('ELECTRON_')) kept[name] = value
  }
  return kept
}
