/** For authors of adapters: the contract and what core does for every adapter. */
export {
  allNamed,
  namedFields,
  FIELD_OPTIONS,
  FIELD_PARAMETERS,
  fieldOptionsOf,
  type FieldOptions,
  READING_PARAMETERS,
  readingOptionsOf,
  ROW_NUMBER,
  type NamedFields,
  READING_OPTIONS,
  type ReadingOptions,
} from '../recognize/reading-options.ts';
export {
  documentField,
  ignoredFields,
  recognize,
  recognizeBeside,
  type Recognition,
  type UncountedFacts,
} from '../recognize/recognize.ts';
export type { FieldFacts } from '../recognize/field-facts.ts';
export { isContainerName, isIdName, isVectorName, keyBeside } from '../recognize/field-names.ts';
export {
  understandFields,
  type Field,
  type FieldLayout,
  type MetadataColumn,
  type Understood,
  type VectorColumn,
} from '../recognize/field-layout.ts';
export { parseJsonWhole, wholeOrUnfit } from '../json/members.ts';
export { stringEnd } from '../json/string-end.ts';
export { mapValue } from '../recognize/map-value.ts';
export {
  emptyRecord,
  fieldPuts,
  mergeBeside,
  putWatched,
  toRecord,
  type FlatRecord,
  type Put,
} from '../recognize/row-record.ts';
export { FieldSampler, type SampledField } from '../recognize/sample-fields.ts';
export {
  bytesVector,
  isJsonObject,
  textVector,
  vectorOf,
  vectorShape,
  type VectorShape,
} from '../recognize/vector-value.ts';
export { PLAIN_INDEX_TYPES, remarks } from '../store/described.ts';
export { ifThere } from '../store/if-there.ts';
export { LAST_UUID_NUMBER, numberUuid, uuidNumber, uuidText } from '../spec/uuid.ts';
export { evenBorders, type FindNumber } from '../store/even-borders.ts';
export { FEW_PARTS, pageOfRange, worthwhileParts } from '../store/worthwhile-parts.ts';
export { printLines, type RecordLine } from '../store/record-lines.ts';
export { cutBatches, refusalOf } from '../store/batches.ts';
export { isDouble, shortestDouble, shortestDoubles, vectorBase64, vectorText } from '../store/float32-text.ts';
export {
  BYTES_OF,
  fromBrain,
  fromHalf,
  toBrain,
  toHalf,
  vectorBytesProblem,
  vectorFromBytes,
  vectorToBytes,
  type ByteDatatype,
  vectorFromBits,
} from '../store/vector-bytes.ts';
export { asFloats, filled, floatsOf } from '../store/fill.ts';
export { HashSet } from '../scan/hash-set.ts';
export { keyHash } from '../digest/key-hash.ts';
export { KeyTable } from '../scan/key-table.ts';
export { CursorTrail } from '../store/cursor-trail.ts';
export { readPages, readRecords, type ReadOptions, type TypedRecord } from '../store/read.ts';
export { invalidCursor, invalidPartition, keyRangeOf, parseTexts, type KeyRange } from '../store/scan-places.ts';
export { isProblem, rejectedRows, rejection, type RecordProblem } from '../store/rejections.ts';
export { writeHalving, type TableManifest } from '../store/tables.ts';
export { withRetry, type RetryPolicy } from '../store/retry.ts';
export { retryingStore } from '../store/retrying-store.ts';
export { didYouMean, suggest } from '../suggest.ts';
export { defineCapabilities, EVERYTHING } from '../store/capabilities.ts';
export { distance } from '../store/distance.ts';
export { compareAll, createNearest, metricOf, type Nearest } from '../store/nearest.ts';
export { reduceVector, type Reduction } from '../store/reduce.ts';
export { collectionNotFound, guardStore, type DisposableStore } from '../guard/guard.ts';
export { pause } from '../store/pause.ts';
export { onlyVector } from '../store/only-vector.ts';
export { vectorColumns } from '../recognize/vector-columns.ts';
export { probesFor, witnessDifferences, type WitnessDifference } from '../witness/record-witness.ts';
export { plainRows } from '../http/check.ts';
export { plainFloats, witnessedRow, type WitnessedPlaces } from '../witness/witnessed-row.ts';
export { ValueTally } from '../witness/value-tally.ts';
export { wrapCollection, wrapStore, type StoreVerbChanges, type VerbChanges } from '../store/wrap.ts';
export { parseLocation, type ParsedLocation } from '../store/location.ts';
export { measuredVectors } from '../store/dimensions.ts';
export { checkOptionNames, type OptionNames } from '../store/option-names.ts';
export { stringifyForSerde } from '../json/serde-numbers.ts';
export { parsePlainJson } from '../json/shallow.ts';
export {
  objectAt,
  parseJson,
  parseJsonObject,
  parseNumber,
  textAt,
  stringifyJson,
  type LargeFloats,
} from '../json/json.ts';
export { JsonWalker } from '../json/walker.ts';
export { metadataProblem } from '../guard/metadata-check.ts';
export * from '../errors.ts';
export { pathSpellings, translateFilter, type FilterWords } from '../filter/asking.ts';
export { lookup, matches, type FilterLeaf } from '../filter/matches.ts';
export * from '../spec/record.ts';
export { DATATYPES, FIELD_ROLES, FILTER_OPERATORS, METRICS, VALUE_MEASURES } from '../spec/v1.ts';
export type * from '../spec/v1.ts';
export {
  checkCount,
  checkList,
  checkNames,
  checkNumber,
  checkObject,
  checkText,
  EndingList,
  WrongAnswer,
} from '../http/check.ts';
export { checkClientOptions, clientNumber, decodePart, environmentVariable } from '../http/client-options.ts';
export { createEndCheck, createPartCheck } from '../http/ends.ts';
export { invalidPath, readEndpoint, readServerLocation, readServiceUrl, type Endpoint } from '../http/endpoint.ts';
export type { HttpAnswer } from '../http/answer.ts';
export { createHttp, type Http, type HttpRequest } from '../http/exchange.ts';
export {
  abortedFailure,
  connectionFailure,
  httpFailure,
  parseRetryAfter,
  type Attempt,
  type Exceptions,
  type FailedAnswer,
} from '../http/failure.ts';
export { createGrpcChannel, type GrpcChannel, type GrpcChannelOptions } from '../http/grpc-channel.ts';
export { BadStatus, grpcFailure, isTooLarge, saysLater, wantsKey, type GrpcAttempt } from '../http/grpc-failure.ts';
export {
  authorities,
  HTTP_PARAMETERS,
  httpParameters,
  invalidOption,
  readHttpOptions,
  HTTP_OPTIONS,
  type HttpOptions,
  type HttpSettings,
} from '../http/options.ts';
export { proxyFor } from '../http/proxy.ts';
