export { FIELDS, type Field } from './column-names';
export { DATE_FORMATS, type DateFormat } from './dates';
export { KINDS, type Kind } from './kinds';
export { MalformedFile, Unclear, type Question } from './malformed-file';
export type { Choice, FormatOptions } from './format';
export { columnsOf, nameOf, type Columns } from './columns';
export { compressionOf, HEAD_BYTES, sourceOf, textOf, type Bytes } from './source';
export {
  asMalformed,
  csvOptions,
  rowNumbering,
  type ParsedRecord,
  type ReadRows,
  type RefusedLine,
  type Row,
} from './records';
export { fileOf, sampleOf, understand, type ImportFile, type Sample } from './lines';
export { fieldsOf, FORMULA, jsonRecords } from './event-records';
export { lineOf, type Line, type PlacedLine, type TextName } from './line';
export { loadPlans, type Load, type Plan } from './plan';
export { eventsOf, type ImportEvent } from './events';
export { refusedCsv, refusedFileOf, RefusedLines } from './refused';
export {
  createClient,
  freshIn,
  NotAllowed,
  ServerUnavailable,
  type Answer,
  type Client,
  type ClientOptions,
  type Exchange,
  type LoggedEvent,
} from './client';
export { duration, figuresOf, lineParts, notesOf, sentOf, type Outcome } from './report';
export { doneOf, emptyTally, sendPlans, type SendOptions, type Tally } from './send';
export { compare, sumsOf, sumText, type Comparison } from './compare';
