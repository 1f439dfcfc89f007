/** What programs were told that were opened so far: where to send their spans, and with which token. */

export interface ReceiverAddress {
  readonly port: number
  readonly token: string | undefined
}

export interface ToldPrograms {
  note(address: ReceiverAddress): void
  /** That a program opened earlier cannot reach us as it was told, if so. */
  outdated(now: ReceiverAddress): string | undefined
}

export function createToldPrograms(): ToldPrograms {
  const told: ReceiverAddress[] = []
  return {
    note(address) {
      if (!told.some(({ port, token }) => port === address.port && token === address.token)) told.push(address)
    },
    outdated(now) {
      // Where no token is wanted, one that is brought along does no harm.
      const other = told.find(
        ({ port, token }) => port !== now.port || (now.token !== undefined && token !== now.token),
      )
      if (other === undefined) return undefined
      const said = other.port === now.port ? 'another token, or none' : `port ${other.port}`
      return `servers and modules that were opened earlier know ${said}: restart those that still run`
    },
  }
}
