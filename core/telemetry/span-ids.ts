export { derivedSpanId, pendingRecordNumber } from '../model/derived-span-id.ts'
