import { invalidParams, type RpcError } from '../wire/rpc-message.ts'

/** How servers word that there is no such task. */
export const unknownTask = /not found|unknown|no such|does not exist|expired/i

/** Whether a refusal says that there is no such task; other refusals say nothing of it. */
export function saysUnknown({ code, message }: RpcError): boolean {
  return code === invalidParams || unknownTask.test(message)
}
