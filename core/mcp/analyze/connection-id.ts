import { nodeId } from '../../model/identity.ts'

/** The node that stands for a whole conversation; its calls and tasks appear under it. */
export const connectionNode = nodeId('connection')
