export { type TextSegment, visibleSegments, visibleText } from '../../core/model/visible-text.ts'
