import { cancelDeviations, progressDeviations, resultDeviations, wireDeviations } from './call-deviations.ts'
import { creationDeviations } from './creation-deviations.ts'
import type { Deviation } from './deviation.ts'
import { inputDeviations } from './input-deviations.ts'
import { statusDeviations } from './status-deviations.ts'

/** Everything that the lab can get wrong. What only a client can get wrong has no place here. */
export const deviations: readonly Deviation[] = [
  ...creationDeviations,
  ...statusDeviations,
  ...inputDeviations,
  ...resultDeviations,
  ...progressDeviations,
  ...cancelDeviations,
  ...wireDeviations,
]
