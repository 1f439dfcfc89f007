import { nodeId } from '../../model/identity.ts'

/** The id of the node that stands for a host within its own source. */
export const hostNodeId = nodeId('host')
