/**
 * What a host and the process of one of its tasks say to each other, as text that the owner between them passes on
 * unread: values of the task survive as structured clones do.
 */
import { deserialize, serialize } from 'node:v8'
import type { FromCell, ToCell } from '../isolation/cell-messages.ts'

/** Throws a `DataCloneError` for what cannot be cloned. */
export function encodeCellData(message: FromCell | ToCell): string {
  return serialize(message).toString('base64')
}

export function decodeCellData<Message extends FromCell | ToCell>(data: string): Message {
  return deserialize(Buffer.from(data, 'base64')) as Message
}
