// adapter/index.d.ts
export { allNamed, namedFields, FIELD_OPTIONS, FIELD_PARAMETERS, fieldOptionsOf, type FieldOptions, READING_PARAMETERS, readingOptionsOf, ROW_NUMBER, type NamedFields, READING_OPTIONS, type ReadingOptions, } from '../recognize/reading-options.ts';
export { documentField, ignoredFields, recognize, recognizeBeside, type Recognition, type UncountedFacts, } from '../recognize/recognize.ts';
export type { FieldFacts } from '../recognize/field-facts.ts';
export { isContainerName, isIdName, isVectorName, keyBeside } from '../recognize/field-names.ts';
export { understandFields, type Field, type FieldLayout, type MetadataColumn, type Understood, type VectorColumn, } from '../recognize/field-layout.ts';
export { parseJsonWhole, wholeOrUnfit } from '../json/members.ts';
export { stringEnd } from '../json/string-end.ts';
export { mapValue } from '../recognize/map-value.ts';
export { emptyRecord, fieldPuts, mergeBeside, putWatched, toRecord, type FlatRecord, type Put, } from '../recognize/row-record.ts';
export { FieldSampler, type SampledField } from '../recognize/sample-fields.ts';
export { bytesVector, isJsonObject, textVector, vectorOf, vectorShape, type VectorShape, } from '../recognize/vector-value.ts';
export { PLAIN_INDEX_TYPES, remarks } from '../store/described.ts';
export { ifThere } from '../store/if-there.ts';
export { LAST_UUID_NUMBER, numberUuid, uuidNumber, uuidText } from '../spec/uuid.ts';
export { evenBorders, type FindNumber } from '../store/even-borders.ts';
export { FEW_PARTS, pageOfRange, worthwhileParts } from '../store/worthwhile-parts.ts';
export { printLines, type RecordLine } from '../store/record-lines.ts';
export { cutBatches, refusalOf } from '../store/batches.ts';
export { isDouble, shortestDouble, shortestDoubles, vectorBase64, vectorText } from '../store/float32-text.ts';
export { BYTES_OF, fromBrain, fromHalf, toBrain, toHalf, vectorBytesProblem, vectorFromBytes, vectorToBytes, type ByteDatatype, vectorFromBits, } from '../store/vector-bytes.ts';
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
export { objectAt, parseJson, parseJsonObject, parseNumber, textAt, stringifyJson, type LargeFloats, } from '../json/json.ts';
export { JsonWalker } from '../json/walker.ts';
export { metadataProblem } from '../guard/metadata-check.ts';
export * from '../errors.ts';
export { pathSpellings, translateFilter, type FilterWords } from '../filter/asking.ts';
export { lookup, matches, type FilterLeaf } from '../filter/matches.ts';
export * from '../spec/record.ts';
export { DATATYPES, FIELD_ROLES, FILTER_OPERATORS, METRICS, VALUE_MEASURES } from '../spec/v1.ts';
export type * from '../spec/v1.ts';
export { checkCount, checkList, checkNames, checkNumber, checkObject, checkText, EndingList, WrongAnswer, } from '../http/check.ts';
export { checkClientOptions, clientNumber, decodePart, environmentVariable } from '../http/client-options.ts';
export { createEndCheck, createPartCheck } from '../http/ends.ts';
export { invalidPath, readEndpoint, readServerLocation, readServiceUrl, type Endpoint } from '../http/endpoint.ts';
export type { HttpAnswer } from '../http/answer.ts';
export { createHttp, type Http, type HttpRequest } from '../http/exchange.ts';
export { abortedFailure, connectionFailure, httpFailure, parseRetryAfter, type Attempt, type Exceptions, type FailedAnswer, } from '../http/failure.ts';
export { createGrpcChannel, type GrpcChannel, type GrpcChannelOptions } from '../http/grpc-channel.ts';
export { BadStatus, grpcFailure, isTooLarge, saysLater, wantsKey, type GrpcAttempt } from '../http/grpc-failure.ts';
export { authorities, HTTP_PARAMETERS, httpParameters, invalidOption, readHttpOptions, HTTP_OPTIONS, type HttpOptions, type HttpSettings, } from '../http/options.ts';
export { proxyFor } from '../http/proxy.ts';

// copy/bulk-load.d.ts
import type { CollectionV1, JsonValue } from '../spec/v1.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { RunLog } from '../runs/log.ts';
export interface BulkLoad {
    readonly target: CollectionV1 | undefined;
    readonly inUse: boolean;
    readonly log: Pick<RunLog, 'entries' | 'append'> | undefined;
    readonly signal: AbortSignal | undefined;
}
export declare function holdsOthers({ targetCount, target }: MigrationPlan): boolean;
export declare function withBulkLoad(load: BulkLoad, work: () => Promise<void>): Promise<number>;
export declare function beginLoad({ target, log, signal }: BulkLoad, token: JsonValue | undefined): Promise<void>;
export declare function endLoad({ target, log, signal }: BulkLoad, token: JsonValue | undefined): Promise<number>;
export declare function keepIndexSettings({ target, inUse, log, signal }: BulkLoad): Promise<JsonValue | undefined>;

// copy/open-target.d.ts
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { RunLog } from '../runs/log.ts';
import type { CollectionV1, VectorStoreV1 } from '../spec/v1.ts';
interface Opening {
    readonly plan: MigrationPlan;
    readonly target: VectorStoreV1;
    readonly log: Pick<RunLog, 'entries' | 'append'> | undefined;
    readonly signal?: AbortSignal | undefined;
}
export declare function openTarget(opening: Opening): Promise<{
    readonly collection: CollectionV1;
    readonly warnings: readonly string[];
}>;
export {};

// copy/pacing.d.ts
import type { RemoteError } from '../errors.ts';
export interface RateCaps {
    readonly maxRecordsPerSecond?: number | undefined;
    readonly maxBytesPerSecond?: number | undefined;
}
export interface WriteSize {
    readonly records: number;
    readonly bytes: () => number;
}
export interface WriteCost {
    readonly records: number;
    readonly bytes: number;
}
export interface PaceBook {
    book(cost: WriteCost): Promise<number> | number;
    holdOff?(ms: number): void;
}
export declare class WritePace {
    #private;
    constructor(most: number, book: RateCaps | PaceBook);
    get concurrency(): number;
    run<Result>(size: WriteSize, signal: AbortSignal, write: () => Promise<Result>): Promise<Result>;
    onError(error: RemoteError): void;
}
export declare function secondsOf({ records, bytes }: WriteCost, { maxRecordsPerSecond, maxBytesPerSecond }: RateCaps): number;

// copy/page-account.d.ts
import type { MappedPage } from '../mapping/page.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import { type Compared, type PageCounts, type PageSums, type RejectedRecord, type RunLog } from '../runs/log.ts';
import { type HashedKey } from '../digest/key-hash.ts';
import type { MeasuredPage } from '../scan/pages.ts';
import type { ScanPart } from '../scan/parts.ts';
import { type VectorRecord } from '../spec/record.ts';
import type { UpsertResult } from '../spec/v1.ts';
export interface CopyCounts extends PageSums {
    bytes: number;
    indexSeconds: number;
}
export interface PageOutcome {
    readonly part: ScanPart;
    readonly page: MeasuredPage;
    readonly mapped: MappedPage;
    readonly repeated: ReadonlySet<VectorRecord>;
    readonly offered: readonly VectorRecord[];
    readonly written: UpsertResult;
    readonly compared: Readonly<Compared> | undefined;
}
export interface PageResult {
    readonly part: string;
    readonly cursor: string | null;
    readonly bytes: number;
    readonly sums: PageCounts;
    readonly rejected: readonly RejectedRecord[];
    readonly held: () => readonly HashedKey[];
}
interface AccountSettings {
    readonly log: RunLog | undefined;
    readonly tracker: ProgressTracker;
    readonly onRejected: (records: readonly RejectedRecord[]) => void;
    readonly bytesPerRecord: number;
}
export declare class PageAccount {
    #private;
    readonly counts: CopyCounts;
    constructor(settings: AccountSettings);
    enter(page: PageResult): Promise<void>;
}
export declare function pageResult({ part, page, mapped, repeated, offered, written, compared }: PageOutcome): PageResult;
export {};

// copy/part.d.ts
import { type CopiedPage, type MappedRecord } from '../mapping/page.ts';
import type { Pipeline } from '../mapping/pipeline.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { Compared } from '../runs/log.ts';
import type { ByteBudget } from '../scan/byte-budget.ts';
import { type PagePlace } from '../scan/pages.ts';
import type { ScanPart } from '../scan/parts.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { CollectionV1, Cursor, ReadableCollection, StoreFacts } from '../spec/v1.ts';
import { type RetryPolicy } from '../store/retry.ts';
import type { WritePace } from './pacing.ts';
import { type PageResult } from './page-account.ts';
import { type RepeatedIds } from './repeated.ts';
export interface Selected {
    readonly records: readonly MappedRecord[];
    readonly compared: Readonly<Compared>;
}
export interface CopySides {
    readonly plan: MigrationPlan;
    readonly source: ReadableCollection;
    readonly targetStore: StoreFacts;
    readonly target: CollectionV1 | undefined;
    readonly pipeline: Pipeline;
    readonly select?: ((records: readonly MappedRecord[]) => Promise<Selected>) | undefined;
    readonly onCopied?: ((page: CopiedPage, place: PagePlace) => Promise<void>) | undefined;
}
export interface PartCopy extends CopySides {
    readonly batchSize: number;
    readonly control?: RunControl | undefined;
    readonly retry: RetryPolicy;
    readonly tracker: ProgressTracker;
    readonly budget: ByteBudget;
    readonly pace: WritePace;
    readonly repeated: RepeatedIds;
    readonly onPage: (page: PageResult) => Promise<void>;
}
export declare function copyPart(part: ScanPart, from: Cursor | undefined, copy: PartCopy, signal: AbortSignal): Promise<void>;

// copy/refuse-rounded.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { UpsertResult } from '../spec/v1.ts';
type Write = (records: readonly VectorRecord[]) => Promise<UpsertResult>;
export declare function refuseRounded(names: readonly string[] | undefined, write: Write): Write;
export declare function roundingProblem({ vectors }: VectorRecord, names: readonly string[]): string | undefined;
export {};

// copy/repeated.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { UpsertResult } from '../spec/v1.ts';
export declare class RepeatedIds {
    #private;
    constructor(expected?: number);
    of(page: readonly VectorRecord[]): ReadonlySet<VectorRecord>;
}
export declare function writeFirst(records: readonly VectorRecord[], repeated: ReadonlySet<VectorRecord>, write: (records: readonly VectorRecord[]) => Promise<UpsertResult> | UpsertResult): Promise<UpsertResult>;

// copy/replay.d.ts
import type { Rejection, VectorStoreV1 } from '../spec/v1.ts';
import { type RetryPolicy } from '../store/retry.ts';
import type { RunLog } from '../runs/log.ts';
export interface ReplayResult {
    readonly accepted: number;
    readonly rejected: readonly Rejection[];
}
export declare function replayRejected(log: RunLog, store: VectorStoreV1, retry: RetryPolicy): Promise<ReplayResult>;

// copy/write.d.ts
import { type RemoteError } from '../errors.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { CollectionV1, UpsertResult } from '../spec/v1.ts';
import type { WritePace } from './pacing.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import { type RetryPolicy } from '../store/retry.ts';
export interface WriteSettings {
    readonly pace: WritePace;
    readonly retry: RetryPolicy;
    readonly signal: AbortSignal;
    readonly tracker: ProgressTracker;
}
export declare function writeRecords(target: CollectionV1, records: readonly VectorRecord[], settings: WriteSettings): Promise<UpsertResult>;
export declare function isTooLarge(error: unknown): error is RemoteError;
export declare function checkAccount(result: UpsertResult, records: readonly VectorRecord[]): UpsertResult;

// digest/canonical.d.ts
import { type MetadataValue, type Vector, type VectorRecord } from '../spec/record.ts';
export declare function canonicalJson(value: MetadataValue): string;
export declare function fieldsText(record: VectorRecord): string;
export declare const VECTOR_FORMS: readonly ['float32', 'float64'];
export type VectorForm = (typeof VECTOR_FORMS)[number];
export declare function vectorHead({ id, namespace }: VectorRecord, name: string): string;
export declare class VectorBytes {
    #private;
    of(head: string, vector: Vector, form: VectorForm): Uint8Array;
    begin(head: string): void;
    add(vector: Vector, form: VectorForm): void;
    get taken(): Uint8Array;
}
export declare function byCodeUnits(left: string, right: string): number;

// digest/key-hash.d.ts
import { type VectorRecord } from '../spec/record.ts';
export interface HashedKey {
    readonly key: string;
    readonly bucket: number;
    readonly high: number;
    readonly low: number;
}
export declare function hashedKey(record: Pick<VectorRecord, 'id' | 'namespace'>): HashedKey;
export declare function keyHash(key: string): HashedKey;

// digest/one-record.d.ts
import { type VectorRecord } from '../spec/record.ts';
export declare class RecordDigests {
    #private;
    constructor(doubles: ReadonlySet<string>);
    of(record: VectorRecord): bigint;
}

// digest/record-digest.d.ts
import type { HashedKey } from './key-hash.ts';
import { type VectorRecord } from '../spec/record.ts';
export interface DigestForms {
    readonly ignored: ReadonlySet<string>;
    readonly doubles: ReadonlySet<string>;
    readonly bits: number;
}
export declare function digestBits(records: number): number;
export declare class RecordDigest {
    #private;
    readonly counts: Uint32Array;
    constructor(forms: DigestForms);
    bucketOf(mark: number): number;
    add({ key, bucket: mark }: Pick<HashedKey, 'key' | 'bucket'>, record: VectorRecord): void;
    get total(): number;
    differing(other: RecordDigest): Set<number>;
}

// engine/index.d.ts
export { keepIndexSettings, beginLoad, endLoad, holdsOthers, type BulkLoad } from '../copy/bulk-load.ts';
export { openTarget } from '../copy/open-target.ts';
export { secondsOf, WritePace, type PaceBook, type RateCaps, type WriteCost } from '../copy/pacing.ts';
export type { CopyCounts, PageResult } from '../copy/page-account.ts';
export { copyPart, type CopySides, type PartCopy } from '../copy/part.ts';
export { RepeatedIds } from '../copy/repeated.ts';
export { checkAccount, isTooLarge, writeRecords } from '../copy/write.ts';
export { RecordDigests } from '../digest/one-record.ts';
export { roundingProblem } from '../copy/refuse-rounded.ts';
export { createPipeline, type Pipeline } from '../mapping/pipeline.ts';
export { targetId, type RecordName } from '../mapping/target-id.ts';
export { concludeRun, type Conclusion } from '../migrate/conclude.ts';
export { refuseOther, samePurpose } from '../migrate/earlier-run.ts';
export { comparedSides, intoTarget, openSides, watchSource, type Ends } from '../migrate/ends.ts';
export { planHeader } from '../migrate/migrate-run.ts';
export { withSourceName } from '../migrate/options.ts';
export { checkEndpoints, checkFunctions } from '../migrate/preconditions.ts';
export { openSession, type Session } from '../migrate/session.ts';
export { checkPace, newRunId, type Pace } from '../migrate/settings.ts';
export { inferVectors, narrowing } from '../plan/infer.ts';
export { refuseUndecided } from '../plan/losses.ts';
export { reversePlan, type NoWayBack } from '../plan/reverse.ts';
export { watchSharedRun } from '../progress/observer.ts';
export { ProgressTracker } from '../progress/tracker.ts';
export { parseKept, printKept, printRecord, printRejected } from '../runs/kept.ts';
export { addPage, noPages, type PageCounts, type PageSums } from '../runs/log.ts';
export { Rejections } from '../runs/rejections.ts';
export { HashSet } from '../scan/hash-set.ts';
export { keyHash } from '../digest/key-hash.ts';
export { bundleParts } from '../scan/bundles.ts';
export { ByteBudget } from '../scan/byte-budget.ts';
export { scanParts, type ScanPart } from '../scan/parts.ts';
export { recordKey } from '../spec/record.ts';
export { recordProblem } from '../guard/record-check.ts';
export { openEnd } from '../store/scope.ts';
export { readEachPage } from '../verify/each-page.ts';
export { compareParts, mergeVerifications, type PartVerification } from '../verify/part-verification.ts';
export { watchReading } from '../verify/witness.ts';
export { compareRecords, type VectorTolerance } from '../verify/compare.ts';
export { vectorTolerances } from '../verify/values.ts';

// errors.d.ts
import type { Capabilities } from './spec/v1.ts';
export type VsmErrorCode = 
'INVALID_OPTIONS'
 | 'NOT_FOUND'
 | 'CONFLICT'
 | 'UNSUPPORTED'
 | 'UNAUTHORIZED'
 | 'INVALID_CURSOR'
 | 'INVALID_DATA'
 | 'REMOTE_FAILED'
 | 'ABORTED'
 | 'CLOSED'
 | 'MIGRATION_FAILED'
 | 'VALIDATION_FAILED'
 | 'SCHEMA_INCOMPATIBLE'
 | 'INTERRUPTED';
interface VsmErrorOptions {
    readonly adapter?: string | undefined;
    readonly cause?: unknown;
}
export declare class VsmError extends Error {
    readonly name: string;
    readonly code: VsmErrorCode;
    readonly adapter: string | undefined;
    runId?: string | undefined;
    constructor(code: VsmErrorCode, message: string, options?: VsmErrorOptions);
    static isInstance(value: unknown): value is VsmError;
}
interface RemoteErrorInit {
    readonly adapter: string;
    readonly retryable: boolean;
    readonly status?: number | undefined;
    readonly retryAfterMs?: number | undefined;
    readonly tooLarge?: boolean | undefined;
    readonly cause?: unknown;
}
export declare class RemoteError extends VsmError {
    readonly name = "RemoteError";
    readonly retryable: boolean;
    readonly status: number | undefined;
    readonly retryAfterMs: number | undefined;
    readonly tooLarge: boolean;
    constructor(message: string, init: RemoteErrorInit);
    static isInstance(value: unknown): value is RemoteError;
}
export declare class UnsupportedError extends VsmError {
    readonly name = "UnsupportedError";
    readonly capability: keyof Capabilities;
    constructor(capability: keyof Capabilities, message: string, options?: VsmErrorOptions);
    static isInstance(value: unknown): value is UnsupportedError;
}
export declare class MigrationError extends VsmError {
    readonly name: string;
    constructor(message: string, options?: VsmErrorOptions & {
        readonly code?: VsmErrorCode;
    });
    static isInstance(value: unknown): value is MigrationError;
}
export declare class ValidationError extends MigrationError {
    readonly name = "ValidationError";
    constructor(message: string, options?: VsmErrorOptions);
    static isInstance(value: unknown): value is ValidationError;
}
export declare class CollectionNotFoundError extends MigrationError {
    readonly name = "CollectionNotFoundError";
    readonly collection: string;
    constructor(collection: string, message: string, options?: VsmErrorOptions);
    static isInstance(value: unknown): value is CollectionNotFoundError;
}
export declare class SchemaCompatibilityError extends MigrationError {
    readonly name = "SchemaCompatibilityError";
    constructor(message: string, options?: VsmErrorOptions);
    static isInstance(value: unknown): value is SchemaCompatibilityError;
}
export declare class MigrationInterruptedError extends MigrationError {
    readonly name = "MigrationInterruptedError";
    readonly runId: string;
    readonly resumable: boolean;
    constructor(runId: string, resumable: boolean, message: string, options?: VsmErrorOptions);
    static isInstance(value: unknown): value is MigrationInterruptedError;
}
export declare function endingWith<Result>(work: () => Promise<Result>, end: () => Promise<void>): Promise<Result>;
export {};

// files/durable.d.ts
export declare function writeDurably(path: string, text: string): Promise<void>;
export declare function syncFolder(path: string): Promise<void>;
export declare function readIfThere(path: string): Promise<string | undefined>;
export declare function isMissing(cause: unknown): boolean;
export declare function codeOf(cause: unknown): string | undefined;

// files/free-disk.d.ts
export declare const FULL_DISK_ADVICE = "Free some space, then start the same command again: it goes on with what is written.";
export declare function freeDisk(path: string): Promise<number | undefined>;

// files/identity.d.ts
export declare function identityOf(path: string): Promise<string | undefined>;

// files/index.d.ts
export { codeOf, isMissing, readIfThere, syncFolder, writeDurably } from './durable.ts';
export { identityOf } from './identity.ts';
export { hasWriteAheadLog, importSqlite, sqliteCode, type SqliteUser } from './sqlite-file.ts';
export { lock, type Lock, type LockOptions } from './lock.ts';
export { FULL_DISK_ADVICE, freeDisk } from './free-disk.ts';

// files/lock.d.ts
export interface LockOptions {
    readonly what: string;
    readonly staleAfterSeconds?: number | undefined;
    readonly takeOver?: boolean | undefined;
}
export interface Lock {
    check(): Promise<void>;
    release(): Promise<void>;
}
export declare function lock(path: string, options: LockOptions): Promise<Lock>;

// files/sqlite-file.d.ts
import type Sqlite from 'node:sqlite';
export declare function hasWriteAheadLog(path: string): boolean;
export type SqliteUser = {
    readonly adapter: string;
} | {
    readonly what: string;
};
export declare function importSqlite(user: SqliteUser, instead?: string): Promise<typeof Sqlite>;
export declare function sqliteCode(error: unknown): number | undefined;

// filter/asking.d.ts
import type { Filter, FilterOperator } from '../spec/v1.ts';
import type { FilterLeaf } from './matches.ts';
export interface Askable {
    readonly operators: readonly FilterOperator[];
    readonly spells: (text: string) => boolean;
}
export declare function pushdown(filter: Filter, askable: Askable): Filter | undefined;
export declare function isPushedWhole(filter: Filter, askable: Askable): boolean;
export interface FilterWords<Condition> {
    readonly leaf: (leaf: FilterLeaf) => Condition | undefined;
    readonly and: (parts: readonly Condition[]) => Condition;
    readonly or: (parts: readonly Condition[]) => Condition;
}
export declare function translateFilter<Condition>(filter: Filter, words: FilterWords<Condition>): Condition | undefined;
export declare function pathSpellings(path: string): readonly (readonly string[])[] | undefined;

// filter/matches.d.ts
import { type Metadata, type MetadataValue } from '../spec/record.ts';
import type { Filter } from '../spec/v1.ts';
export type FilterLeaf = Exclude<Filter, {
    readonly op: 'and' | 'or' | 'not';
}>;
export declare function matches(filter: Filter, metadata: Metadata): boolean;
export declare function pathsOf(filter: Filter): readonly string[];
export declare function lookup(value: MetadataValue, path: string): MetadataValue | undefined;

// filter/shorthand.d.ts
import { type Metadata } from '../spec/record.ts';
import type { Filter, FilterValue } from '../spec/v1.ts';
export type FilterShorthand<M = Metadata> = string extends keyof M ? AnyFilter : FilterOf<M>;
export type FieldCondition<Value = FilterValue> = Value | null | readonly Value[] | FieldOperators<Value>;
export interface FieldOperators<Value = FilterValue> {
    readonly $eq?: Value | null;
    readonly $ne?: Value | null;
    readonly $gt?: Value;
    readonly $gte?: Value;
    readonly $lt?: Value;
    readonly $lte?: Value;
    readonly $in?: readonly Value[];
    readonly $nin?: readonly Value[];
    readonly $exists?: boolean;
    readonly $null?: boolean;
    readonly $contains?: string;
}
type AnyFilter = WithLogic | ComputedFields;
interface WithLogic {
    readonly [path: string]: FieldCondition | readonly AnyFilter[] | WithLogic;
    readonly [logic: `$${string}`]: readonly AnyFilter[] | WithLogic;
}
interface ComputedFields {
    readonly [path: string]: FieldCondition;
}
type FilterOf<M> = {
    readonly [Path in keyof M & string]?: FieldCondition<Operand<M[Path]>>;
} & {
    readonly $and?: readonly FilterOf<M>[];
    readonly $or?: readonly FilterOf<M>[];
    readonly $not?: FilterOf<M>;
};
type Operand<Value> = Value extends readonly (infer Item)[] ? Extract<Item, FilterValue> : Extract<Value, FilterValue>;
export declare function parseFilter(shorthand: FilterShorthand): Filter;
export declare function all(parts: readonly Filter[]): Filter;
export {};

// fingerprint/compare.d.ts
import type { Fingerprint, FingerprintBucket } from './fingerprint.ts';
export interface BucketDifference {
    readonly bucket: number;
    readonly sourceRecords: number;
    readonly targetRecords: number;
    readonly parts: readonly string[];
}
export interface FingerprintReport {
    readonly passed: boolean;
    readonly sourceRecords: number;
    readonly targetRecords: number;
    readonly buckets: number;
    readonly differingBuckets: number;
    readonly differences: readonly BucketDifference[];
    readonly namespaces: readonly {
        readonly namespace: string;
        readonly source: number;
        readonly target: number;
    }[];
    readonly approximate: readonly string[];
    readonly unproven: readonly string[];
    readonly notes: readonly string[];
}
export declare function compareFingerprints(source: Fingerprint, target: Fingerprint): FingerprintReport;
export declare function sumOf(buckets: readonly FingerprintBucket[]): FingerprintBucket;

// fingerprint/fingerprint.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { Capabilities, CollectionSchema, VectorSchema } from '../spec/v1.ts';
import { type VectorForm } from '../digest/canonical.ts';
export declare const STORED_AS: readonly ['exact', 'normalized', 'rounded'];
export interface FingerprintVector {
    readonly form: VectorForm;
    readonly stored: (typeof STORED_AS)[number];
}
export type VectorSums = readonly [digest: string, direction?: number];
export type FingerprintBucket = readonly [
    records: number,
    fields: string,
    vectors: Readonly<Record<string, VectorSums>>
];
export interface Fingerprint {
    readonly format: 'vsm-fingerprint';
    readonly version: 1;
    readonly of: {
        readonly adapter: string;
        readonly collection: string;
        readonly namespaces?: readonly string[] | undefined;
        readonly at: string;
    };
    readonly digest: string;
    readonly records: number;
    readonly namespaces?: Readonly<Record<string, number>> | undefined;
    readonly schema: {
        readonly vectors: Readonly<Record<string, VectorSchema>>;
    };
    readonly vectors: Readonly<Record<string, FingerprintVector>>;
    readonly bucketBits: number;
    readonly buckets: Readonly<Record<string, FingerprintBucket>>;
}
export declare function bucketOfId(id: string, bits: number): number;
export declare function totalOf([records, fields, vectors]: FingerprintBucket, formOf: (name: string) => string): string;
export declare class FingerprintMaker {
    #private;
    constructor(schema: CollectionSchema, capabilities: Capabilities, like?: Pick<Fingerprint, 'vectors' | 'bucketBits'>);
    get records(): number;
    add(stored: VectorRecord): void;
    finish(of: Fingerprint['of'], bits?: number): Fingerprint;
}

// fingerprint/parse.d.ts
import { type Fingerprint } from './fingerprint.ts';
export declare function parseFingerprint(text: string, name?: string): Fingerprint;

// fingerprint/read.d.ts
import type { ProgressTracker } from '../progress/tracker.ts';
import type { CollectionDescription, ReadableCollection, StoreFacts } from '../spec/v1.ts';
import type { RetryPolicy } from '../store/retry.ts';
import { type Fingerprint } from './fingerprint.ts';
export interface FingerprintWork {
    readonly collection: ReadableCollection;
    readonly description: CollectionDescription;
    readonly store: StoreFacts;
    readonly namespaces?: readonly string[] | undefined;
    readonly like?: Fingerprint | undefined;
    readonly batchSize: number;
    readonly concurrency: number;
    readonly maxBytesInFlight: number;
    readonly retry: RetryPolicy;
    readonly tracker: ProgressTracker;
    readonly signal?: AbortSignal | undefined;
}
export declare function takeFingerprint(work: FingerprintWork): Promise<Fingerprint>;
export interface BucketId {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly bucket: number;
}
export declare function idsOfBuckets(work: FingerprintWork, buckets: ReadonlySet<number>, { bits, most }: {
    readonly bits: number;
    readonly most: number;
}): Promise<BucketId[]>;

// guard/guard.d.ts
import { CollectionNotFoundError } from '../errors.ts';
import type { CallOptions, VectorStoreV1 } from '../spec/v1.ts';
export type DisposableStore = VectorStoreV1 & AsyncDisposable;
export interface GuardOptions {
    readonly readsAnyText?: boolean | undefined;
}
export declare function guardStore(inner: VectorStoreV1, { readsAnyText }?: GuardOptions): DisposableStore;
export declare function collectionNotFound(adapter: string, name: string, where: string, cause?: unknown): CollectionNotFoundError;
declare const UNREAD: unique symbol;
interface Unread {
    readonly [UNREAD]?: true;
}
export declare function withoutHint(options: CallOptions): CallOptions & Unread;
export {};

// guard/metadata-check.d.ts
import { type MetadataValue } from '../spec/record.ts';
import type { MetadataCapabilities } from '../spec/v1.ts';
export declare function textProblem(text: string, facts: MetadataCapabilities): string | undefined;
export declare function nameProblem(name: string, facts: MetadataCapabilities): string | undefined;
export declare function metadataProblem(value: MetadataValue, facts: MetadataCapabilities, level?: number): string | undefined;

// guard/record-check.d.ts
import { type DenseVector, type Vector, type VectorRecord } from '../spec/record.ts';
import type { Capabilities, CollectionSchema, Rejection, VectorSchema } from '../spec/v1.ts';
export declare function recordProblem(record: VectorRecord, schema: CollectionSchema, capabilities: Capabilities): Rejection | undefined;
export declare function idProblem(id: string, capabilities: Capabilities): string | undefined;
export declare function vectorProblem(vector: Vector, schema: VectorSchema | undefined, capabilities: Capabilities): string | undefined;
export declare function firstRounded(vector: DenseVector): number;
export declare function keyProblem(key: string, record: Pick<VectorRecord, 'metadata' | 'document'>, { metadata, document }: Capabilities): string | undefined;

// http/answer.d.ts
import type { IncomingHttpHeaders } from 'node:http';
import { RemoteError, type VsmError } from '../errors.ts';
import { type Attempt, type Exceptions } from './failure.ts';
import type { HttpSettings } from './options.ts';
export interface HttpAnswer {
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    readonly bytes: Buffer;
}
export declare function checkType({ headers, bytes }: HttpAnswer): void;
export declare function refusal(attempt: Attempt, { status, headers, bytes }: HttpAnswer, { maxRetryAfterMs }: HttpSettings, exceptions: Exceptions | undefined, mask: (text: string) => string): VsmError;
export declare function wrongAnswer(attempt: Attempt, answer: HttpAnswer | undefined, cause: unknown, mask: (text: string) => string): RemoteError;

// http/check.d.ts
import type { JsonObject } from '../spec/json-value.ts';
export declare class WrongAnswer extends Error {
    readonly name = "WrongAnswer";
    readonly cut: boolean;
    constructor(problem: string, options?: {
        readonly cut?: boolean;
        readonly cause?: unknown;
    });
}
export declare function checkCount(value: unknown, what: string): number;
export declare function checkText(value: unknown, what: string): string;
export declare function checkObject(value: unknown, what: string): Readonly<Record<string, unknown>>;
export declare function checkList(value: unknown, what: string, most?: number): readonly unknown[];
export declare function checkNumber(value: unknown, what: string): number;
export declare function checkNames(value: unknown, what: string): string[];
export declare class EndingList {
    #private;
    constructor(what: string);
    get values(): string[];
    add(page: readonly string[]): void;
}
export declare function plainRows<Row = JsonObject>(value: unknown, what: string, most: number): Row[];

// http/client-options.d.ts
interface ClientOptions {
    readonly url?: string | undefined;
    readonly username?: string | undefined;
    readonly password?: string | undefined;
    readonly caFile?: string | undefined;
    readonly timeoutMs?: number | undefined;
    readonly client?: unknown;
}
export declare function checkClientOptions(adapter: string, options: ClientOptions): {
    readonly timeoutMs: number;
};
export declare function decodePart(adapter: string, what: string, part: string): string;
export declare function clientNumber(client: object): number;
export declare function environmentVariable(name: string): string | undefined;
export {};

// http/endpoint.d.ts
import type { VsmError } from '../errors.ts';
export interface Endpoint {
    readonly origin: string;
    readonly secure: boolean;
    readonly hostname: string;
    readonly port: number;
    readonly prefix: string;
    readonly authorization: string | undefined;
}
interface EndpointRules {
    readonly adapter: string;
    readonly option: string;
    readonly example: string;
    readonly port?: number | undefined;
    readonly prefix?: string | undefined;
}
export declare function readEndpoint(text: string, rules: EndpointRules): Endpoint;
export declare function readServiceUrl(text: string, rules: EndpointRules): string;
export declare function invalidPath(adapter: string, path: string, wanted: string, hint?: string): VsmError;
interface ServerLocation {
    readonly url: string;
    readonly prefix: string | undefined;
    readonly collection: string | undefined;
}
interface ServerLocationRules {
    readonly adapter: string;
    readonly port?: number | undefined;
    readonly example: string;
    readonly folder: string;
    readonly slashes?: string | undefined;
}
export declare function readServerLocation(location: {
    readonly scheme: string;
    readonly path: string;
    readonly parameters?: ReadonlyMap<string, string>;
}, rules: ServerLocationRules): ServerLocation;
export {};

// http/ends.d.ts
interface Scanned<Options> {
    readonly adapter: string;
    readonly name: string;
    readonly where: string;
    readonly count: (options: Options) => Promise<number>;
}
export declare function createEndCheck<Options>({ adapter, name, where, count }: Scanned<Options>): (read: number, options: Options) => Promise<void>;
interface PartPage {
    readonly key: string;
    readonly isFirst: boolean;
    readonly records: number;
}
export declare function createPartCheck<Options>(scanned: Scanned<Options>): (page: PartPage, options: Options) => Promise<void>;
export {};

// http/exchange.d.ts
import { type HttpAnswer } from './answer.ts';
import { type Exceptions } from './failure.ts';
import type { HttpSettings } from './options.ts';
export interface HttpRequest {
    readonly action: string;
    readonly location: string;
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly url: string;
    readonly body?: string | Uint8Array | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly signal?: AbortSignal | undefined;
}
export interface Http {
    ask<Result>(request: HttpRequest, read: (answer: HttpAnswer) => Result): Promise<Result>;
    close(): void;
}
export declare function createHttp(settings: HttpSettings, exceptions?: Exceptions): Http;

// http/failure.d.ts
import { VsmError } from '../errors.ts';
export interface Attempt {
    readonly adapter: string;
    readonly action: string;
    readonly location: string;
}
export interface FailedAnswer {
    readonly status: number;
    readonly text: string;
    readonly retryAfterMs?: number | undefined;
    readonly cause?: unknown;
}
interface Judgement {
    readonly code: 'REMOTE_FAILED' | 'UNAUTHORIZED' | 'NOT_FOUND' | 'CONFLICT';
    readonly retryable: boolean;
    readonly tooLarge: boolean;
    readonly hint: string;
}
export type Exceptions = (answer: FailedAnswer) => Partial<Judgement> | undefined;
export declare function httpFailure(attempt: Attempt, answer: FailedAnswer, exceptions?: Exceptions): VsmError;
export declare const NO_ANSWER = "no answer in time";
export declare function connectionFailure(attempt: Attempt, cause: unknown): VsmError;
export declare function abortedFailure({ adapter, action }: Attempt, cause: unknown): VsmError;
export declare function parseRetryAfter(header: string | null | undefined, most: number): number | undefined;
export {};

// http/grpc-channel.d.ts
export interface GrpcChannel {
    call(path: string, message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
    close(): void;
}
export interface GrpcChannelOptions {
    readonly origin: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly ca?: readonly string[] | undefined;
    readonly maxAnswerBytes: number;
}
export declare function createGrpcChannel({ origin, headers, ca, maxAnswerBytes }: GrpcChannelOptions): GrpcChannel;

// http/grpc-failure.d.ts
import { VsmError } from '../errors.ts';
import { type Attempt, type Exceptions } from './failure.ts';
export declare class BadStatus extends Error {
    readonly name = "BadStatus";
    readonly code: number;
    readonly retryAfter: string | undefined;
    constructor(code: number, message: string, retryAfter: string | undefined);
}
export declare function isTooLarge(cause: unknown): boolean;
export declare function saysLater(cause: unknown): cause is BadStatus;
export declare function wantsKey(cause: unknown): boolean;
export interface GrpcAttempt extends Attempt {
    readonly signal: AbortSignal | undefined;
    readonly maxRetryAfterMs: number;
}
export declare function grpcFailure(cause: unknown, attempt: GrpcAttempt, exceptions?: Exceptions): VsmError;

// http/options.d.ts
import { VsmError } from '../errors.ts';
export interface HttpOptions {
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly timeoutMs?: number | undefined;
    readonly caFile?: string | undefined;
    readonly maxConnections?: number | undefined;
    readonly maxAnswerBytes?: number | undefined;
    readonly maxRetryAfterMs?: number | undefined;
}
export declare const HTTP_OPTIONS: Readonly<Record<keyof HttpOptions, true>>;
export interface HttpSettings {
    readonly adapter: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly ca: readonly string[] | undefined;
    readonly maxConnections: number;
    readonly maxAnswerBytes: number;
    readonly maxRetryAfterMs: number;
}
export declare const LONGEST_MS: number;
export declare function readHttpOptions(adapter: string, options: HttpOptions, own?: Readonly<Record<string, string>>): HttpSettings;
export declare function invalidOption(adapter: string, what: string, cause?: unknown): VsmError;
export declare function authorities(adapter: string, file: string): readonly string[];
export declare const HTTP_PARAMETERS: readonly ['caFile', 'timeoutMs'];
export declare function httpParameters(parameters: ReadonlyMap<string, string>): Pick<HttpOptions, 'caFile' | 'timeoutMs'>;

// http/proxy.d.ts
type Environment = Readonly<Record<string, string | undefined>>;
export declare function proxyFor(adapter: string, url: URL, environment?: Environment): string | undefined;
export declare function followsProxies(version: string): boolean;
export {};

// index.d.ts
export * from './errors.ts';
export { matches } from './filter/matches.ts';
export { parseFilter, type FieldCondition, type FieldOperators, type FilterShorthand } from './filter/shorthand.ts';
export { inspectCollection, type CollectionReport } from './plan/inspect.ts';
export type { Embedding } from './mapping/embed.ts';
export { decodeRecord } from './mapping/envelope.ts';
export { estimateReading, type MigrationEstimate, type ReadingOptions } from './plan/estimate.ts';
export { REDUCED_DATATYPES, type PlannedReduction, type ReducedDatatype, type Reduction } from './store/reduce.ts';
export type { CastType, FieldMapping } from './mapping/fields.ts';
export { migrateAll, type CollectionOutcome, type MigrateAllOptions, type MigrateAllResult, type MigrationJob, } from './migrate/migrate-all.ts';
export { compareFingerprints, type BucketDifference, type FingerprintReport } from './fingerprint/compare.ts';
export type { Fingerprint, FingerprintBucket, FingerprintVector, VectorSums } from './fingerprint/fingerprint.ts';
export { parseFingerprint } from './fingerprint/parse.ts';
export type { BucketId } from './fingerprint/read.ts';
export { fingerprint, verifyFingerprint, type FingerprintOptions, type VerifyFingerprintOptions, type VerifyFingerprintReport, } from './migrate/fingerprint-run.ts';
export type { DiffReport } from './migrate/diff-run.ts';
export { diff, estimate, migrate, plan, resume, verify } from './migrate/functions.ts';
export { VectorStoreMigrator } from './migrate/migrator.ts';
export type { DiffOptions, EstimateOptions, MigrateOptions, PlanOptions, ResumeOptions, RunOptions, CallSettings, VectorStoreMigratorOptions, VerifyOptions, } from './migrate/options.ts';
export type { LayoutDescription, LayoutPlan, RecordLayout, RefusedRecord } from './mapping/layout.ts';
export { dropRecord, type DroppedRecord, type Transform } from './mapping/transform.ts';
export type { Headroom } from './plan/headroom.ts';
export type { SideTraffic, Traffic } from './plan/traffic.ts';
export type { Endpoint } from './plan/parts.ts';
export type { MigrationPlan } from './plan/migration-plan.ts';
export type { ObservedCall, ObservedPage, ObservedPart, ObservedRetry, ObservedRun, ObservedSharedRun, ObservedStore, RunFigures, RunObserver, RunOutcome, RunWatch, } from './progress/observer.ts';
export type { TimedCall } from './scan/timed.ts';
export type { MigrationPhase, MigrationProgress, PartProgress, ProgressListener, SharedProgress, SharedWorker, } from './progress/progress.ts';
export type { ReplayResult } from './copy/replay.ts';
export type { MigrationResult } from './migrate/result.ts';
export { RunControl } from './scan/run-control.ts';
export type { LatencySummary, TimelinePoint } from './progress/telemetry.ts';
export { fileCheckpoints, type FileCheckpointOptions } from './runs/file-checkpoints.ts';
export type { CheckpointStore, RejectedRecord, RunEntry, RunHeader, RunLog, RunSettings, RunSummary, } from './runs/log.ts';
export type { SyncCounts } from './sync/select.ts';
export { LOSS_NAMES, type Loss, type LossName } from './plan/losses.ts';
export * from './spec/record.ts';
export { DATATYPES, FIELD_ROLES, FILTER_OPERATORS, METRICS, VALUE_MEASURES } from './spec/v1.ts';
export type * from './spec/v1.ts';
export { readPages, readRecords, type ReadOptions, type TypedRecord } from './store/read.ts';
export type { NamespaceCount } from './verify/count.ts';
export type { FieldDifference } from './verify/compare.ts';
export type { SearchReport } from './verify/search.ts';
export type { CensusReport, CensusSide } from './verify/census.ts';
export type { WitnessReport } from './verify/witness.ts';
export type { OwnRoadDifference, OwnRoadReport, RoadDifference, RoadsReport } from './verify/roads-report.ts';
export type { ValuesReport } from './verify/values-witness.ts';
export type { Difference } from './verify/values-pass.ts';
export { SOURCE_READS, VERIFY_LEVELS, type SourceRead, type VerifyLevel } from './verify/comparison.ts';
export type { VerificationReport } from './verify/verify.ts';

// json/escaped-keys.d.ts
export type Reviver = (key: string, value: unknown, context: {
    readonly source?: string;
}) => unknown;
export declare function parseAnyDepth(text: string, reviver?: Reviver): unknown;

// json/json.d.ts
import { Float, type Metadata, type MetadataValue } from '../spec/record.ts';
import type { JsonObject } from '../spec/v1.ts';
export declare function parseJson(text: string): MetadataValue;
export declare function parseNumber(source: string): number | bigint | Float;
export type LargeFloats = 'exponent' | 'digits';
export declare function stringifyJson(value: MetadataValue, largeFloats?: LargeFloats): string;
export declare function parseJsonObject(text: unknown): Metadata | undefined;
export declare function objectAt(object: JsonObject, key: string): JsonObject | undefined;
export declare function textAt(object: JsonObject, key: string): string;

// json/members.d.ts
import { type MetadataValue } from '../spec/record.ts';
export declare function hasDoubledMember(text: string, value: MetadataValue): boolean;
export declare function parseJsonWhole(text: string): MetadataValue;
export declare function wholeOrUnfit(text: string): MetadataValue;

// json/serde-numbers.d.ts
import { type MetadataValue } from '../spec/record.ts';
import type { MetadataCapabilities } from '../spec/v1.ts';
export declare function stringifyForSerde(value: MetadataValue): string;
export declare function sturdyText(value: number): string | undefined;
export declare function survivesParser(value: number, parser: MetadataCapabilities['numberParser']): boolean;
export declare function steadyNeighbour(value: number): number | undefined;
export declare function serdeValue(text: string): number;

// json/shallow.d.ts
import { type Reviver } from './escaped-keys.ts';
export declare function parsePlainJson(text: string, reviver?: Reviver): unknown;

// json/string-end.d.ts
export declare function stringEnd(text: string, start: number): number | undefined;

// json/walker.d.ts
export declare class JsonWalker {
    #private;
    readonly text: string;
    constructor(text: string);
    object(visit: (key: string) => void): void;
    array(visit: () => void): void;
    value(): string;
    numbers(): string;
    isObject(): boolean;
}

// mapping/embed.d.ts
import type { RefusedRecord } from './layout.ts';
import type { DenseVector, VectorRecord } from '../spec/record.ts';
export interface Embedding {
    readonly embed: (texts: readonly string[]) => Promise<readonly DenseVector[]>;
    readonly dimension: number;
    readonly vector?: string | undefined;
    readonly text?: ((record: VectorRecord) => string | undefined | RefusedRecord) | undefined;
    readonly description?: string | undefined;
    readonly batchSize?: number | undefined;
    readonly concurrency?: number | undefined;
}
export interface Embedded {
    readonly records: readonly VectorRecord[];
    readonly refused: readonly {
        readonly record: VectorRecord;
        readonly reason: string;
    }[];
}
export type Embedder = (records: readonly VectorRecord[]) => Promise<Embedded>;
export declare function refuseTexts(embedding: Embedding): (records: readonly VectorRecord[]) => Embedded;
export declare function checkEmbedding(planned: Pick<Embedding, 'description'> | undefined, given: Embedding | undefined): void;
export declare function createEmbedder(embedding: Embedding): Embedder;

// mapping/envelope.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { Capabilities } from '../spec/v1.ts';
export declare const ENVELOPE_KEY = "__vsm";
export type NamespacePolicy = 'keep' | 'prefix-id';
export interface EncodeRules {
    readonly capabilities: Capabilities;
    readonly namespaces: NamespacePolicy;
}
export type Encoding = 'ids' | 'namespaces' | 'documents' | 'uris' | 'metadata';
export declare function encodeRecord(record: VectorRecord, rules: EncodeRules, note?: (encoding: Encoding) => void): VectorRecord;
export declare function decodeRecord(record: VectorRecord): VectorRecord;
export declare function hasPrefixedId(record: VectorRecord): boolean;

// mapping/fields.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { JsonValue } from '../spec/v1.ts';
export type CastType = 'string' | 'integer' | 'float' | 'boolean';
export interface FieldMapping {
    readonly rename?: Readonly<Record<string, string>> | undefined;
    readonly drop?: readonly string[] | undefined;
    readonly set?: Readonly<Record<string, JsonValue>> | undefined;
    readonly cast?: Readonly<Record<string, CastType>> | undefined;
}
export declare function mapFields(record: VectorRecord, mapping: FieldMapping): VectorRecord;
export declare function checkFields({ rename, drop, set, cast: types, ...others }: FieldMapping): void;
export declare function changesPath({ rename, drop, set, cast: types }: FieldMapping, paths: readonly string[]): boolean;

// mapping/layout.d.ts
import type { VectorRecord } from '../spec/record.ts';
import type { CallOptions, CollectionSchema, JsonObject, Scope } from '../spec/v1.ts';
export interface RecordLayout {
    readonly description: LayoutDescription;
    readonly scopes?: {
        readonly source?: Scope | undefined;
        readonly target?: Scope | undefined;
    } | undefined;
    readonly opening?: {
        readonly source?: AdapterOptions | undefined;
        readonly target?: AdapterOptions | undefined;
    } | undefined;
    adapt(source: CollectionSchema, sample?: readonly VectorRecord[]): LayoutPlan;
    change(record: VectorRecord): VectorRecord | RefusedRecord;
}
type AdapterOptions = NonNullable<CallOptions['adapterOptions']>;
export interface LayoutDescription {
    readonly from: string;
    readonly to: string;
    readonly namespaces: 'kept' | 'changed';
    readonly options?: JsonObject | undefined;
}
export interface LayoutPlan {
    readonly schema: CollectionSchema;
    readonly vectorNames?: Readonly<Record<string, string>> | undefined;
    readonly sameVectors?: readonly (readonly string[])[] | undefined;
    readonly namespaces?: boolean | undefined;
    readonly losses?: readonly string[] | undefined;
    readonly notes?: readonly string[] | undefined;
}
export interface RefusedRecord {
    readonly refused: string;
}
export declare function checkLayout(planned: LayoutDescription | undefined, given: RecordLayout | undefined): void;
export {};

// mapping/page.d.ts
import type { VectorRecord } from '../spec/record.ts';
import type { Capabilities, Rejection, ValuesWitness } from '../spec/v1.ts';
import type { Embedding } from './embed.ts';
import type { Encoding, NamespacePolicy } from './envelope.ts';
import type { FieldMapping } from './fields.ts';
import type { RecordLayout } from './layout.ts';
import type { PlannedReduction } from '../store/reduce.ts';
import type { Transform } from './transform.ts';
export interface RecordMapping {
    readonly vectorNames: Readonly<Record<string, string>>;
    readonly leftVectors: readonly string[];
    readonly namespacePolicy: NamespacePolicy;
    readonly fieldMapping?: FieldMapping | undefined;
    readonly reduction?: PlannedReduction | undefined;
}
export interface PipelineFunctions {
    readonly transform?: Transform | undefined;
    readonly embed?: Embedding | undefined;
    readonly layout?: RecordLayout | undefined;
}
export interface PipelineWork extends PipelineFunctions, RecordMapping {
    readonly capabilities: Capabilities;
    readonly withoutVectors?: boolean | undefined;
    readonly onEncoding?: ((encoding: Encoding) => void) | undefined;
}
export interface MappedRecord {
    readonly original: VectorRecord;
    readonly stored: VectorRecord;
}
export interface PageOnItsWay {
    records: readonly VectorRecord[];
    mapped: readonly MappedRecord[];
    readonly dropped: Record<string, number>;
    readonly rejected: {
        readonly rejection: Rejection;
        readonly record: VectorRecord;
    }[];
}
export type MappedPage = Readonly<Omit<PageOnItsWay, 'records'>>;
export declare function formless({ rejected }: MappedPage): number;
export interface CopiedPage {
    readonly records: readonly VectorRecord[];
    readonly witness?: ValuesWitness | undefined;
    readonly mapped: readonly MappedRecord[];
    readonly refused: readonly Rejection[];
    readonly repeated: ReadonlySet<VectorRecord>;
    readonly formless: number;
}
export type Step = (page: PageOnItsWay) => void | Promise<void>;
export type StepMaker = (work: PipelineWork) => Step | undefined;

// mapping/pipeline.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { StoreFacts } from '../spec/v1.ts';
import type { MappedPage, MappedRecord, PageOnItsWay, PipelineFunctions, PipelineWork, RecordMapping, StepMaker } from './page.ts';
export declare const STEPS: readonly StepMaker[];
export interface Pipeline {
    map(records: readonly VectorRecord[], withoutVectors?: boolean): Promise<MappedPage>;
    readonly computedVector: string | undefined;
}
export declare function createPipeline(mapping: RecordMapping, target: StoreFacts, functions: PipelineFunctions): Pipeline;
export declare function shapeSample(records: readonly VectorRecord[], work: PipelineFunctions & Pick<RecordMapping, 'fieldMapping' | 'reduction'>): Promise<PageOnItsWay>;
export declare function fitSample(shaped: readonly VectorRecord[], work: Omit<PipelineWork, keyof PipelineFunctions>): Promise<readonly MappedRecord[]>;

// mapping/target-id.d.ts
import type { VectorRecord } from '../spec/record.ts';
import type { StoreFacts } from '../spec/v1.ts';
import type { RecordMapping } from './page.ts';
export type RecordName = Pick<VectorRecord, 'id' | 'namespace'>;
export declare function targetId({ namespacePolicy }: Pick<RecordMapping, 'namespacePolicy'>, { capabilities }: StoreFacts, { id, namespace }: RecordName): RecordName;

// mapping/transform.d.ts
import type { Metadata, VectorRecord } from '../spec/record.ts';
import type { TypedRecord } from '../store/read.ts';
export type Transform<M = Metadata> = (record: TypedRecord<M>) => Transformed<M> | Promise<Transformed<M>>;
type Transformed<M> = VectorRecord | TypedRecord<M> | DroppedRecord;
export interface DroppedRecord {
    readonly dropped: string;
}
export declare function dropRecord(reason: string): DroppedRecord;
export declare function transformed(record: VectorRecord, transform: Transform): Promise<VectorRecord | DroppedRecord>;
export declare const isObject: (value: unknown) => value is Record<string, unknown>;
export {};

// migrate/conclude.d.ts
import type { CopyCounts } from '../copy/page-account.ts';
import type { CopySides } from '../copy/part.ts';
import type { Rejections } from '../runs/rejections.ts';
import type { CollectionV1 } from '../spec/v1.ts';
import type { SyncCounts } from '../sync/select.ts';
import type { SourceReading } from '../verify/reading.ts';
import type { SourceComparison, SourceRead, VerifyLevel } from '../verify/comparison.ts';
import type { WitnessReport } from '../verify/witness.ts';
import { type Ends } from './ends.ts';
import { type MigrationResult } from './result.ts';
export interface Conclusion extends Ends {
    readonly runId: string;
    readonly startedAt: Date;
    readonly validate: boolean;
    readonly verify?: VerifyLevel | undefined;
    readonly verifySample?: number | undefined;
    readonly witness?: number | 'all' | undefined;
    readonly sourceRead?: SourceRead | undefined;
    readonly dryRun?: boolean | undefined;
    readonly deleteExtra?: boolean | undefined;
    readonly warnings?: readonly string[] | undefined;
}
export interface Copied {
    readonly sides: CopySides;
    readonly target: CollectionV1 | undefined;
    readonly counts: CopyCounts;
    readonly copySeconds: number;
    readonly rejections: Rejections;
    readonly witness: WitnessReport | undefined;
    readonly sync: SyncCounts | undefined;
    readonly compared?: SourceComparison | undefined;
    readonly reading?: SourceReading | undefined;
}
export declare function concludeRun(run: Conclusion, copied: Copied): Promise<MigrationResult>;

// migrate/diff-run.d.ts
import type { VerificationReport } from '../verify/verify.ts';
import type { DiffOptions } from './options.ts';
import type { Session } from './session.ts';
export interface DiffReport {
    readonly equal: boolean;
    readonly schema: readonly string[];
    readonly records: VerificationReport;
}
export declare function diffRun(session: Session, options: DiffOptions): Promise<DiffReport>;

// migrate/earlier-run.d.ts
import type { CheckpointStore, RunHeader, RunLog } from '../runs/log.ts';
export interface EarlierRun {
    readonly log: RunLog;
    readonly same: boolean;
}
export declare function findEarlierRun(checkpoints: CheckpointStore | undefined, header: RunHeader): Promise<EarlierRun | undefined>;
export declare function samePurpose(one: RunHeader, other: RunHeader): boolean;
export declare function refuseOther({ header }: Pick<RunLog, 'header'>): never;
export declare function createInPlaceOf(earlier: RunLog | undefined, header: RunHeader, checkpoints: CheckpointStore | undefined): Promise<RunLog | undefined>;

// migrate/ends.d.ts
import type { PipelineFunctions } from '../mapping/page.ts';
import type { CopySides } from '../copy/part.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { Rejections } from '../runs/rejections.ts';
import type { CollectionV1, VectorStoreV1 } from '../spec/v1.ts';
import type { RetryPolicy } from '../store/retry.ts';
import type { Sides } from '../verify/ids.ts';
import { type WitnessWatch } from '../verify/witness.ts';
import type { CheckedPace } from './settings.ts';
export interface Ends extends PipelineFunctions, CheckedPace {
    readonly source: VectorStoreV1;
    readonly target: VectorStoreV1;
    readonly plan: MigrationPlan;
    readonly tracker: ProgressTracker;
    readonly retry: RetryPolicy;
    readonly mode?: 'copy' | 'sync' | undefined;
    readonly signal?: AbortSignal | undefined;
}
export declare function openSides(ends: Ends): Promise<Omit<CopySides, 'target' | 'select'>>;
export declare function intoTarget({ mode, tracker, signal }: Ends, sides: Omit<CopySides, 'target' | 'select'>, target: CollectionV1 | undefined): CopySides;
export declare function comparedSides<Run extends Ends>(run: Run, { source, targetStore, pipeline }: Pick<CopySides, 'source' | 'targetStore' | 'pipeline'>, target: CollectionV1, rejections: Pick<Rejections, 'byTarget' | 'doubled'>): Run & Sides & {
    readonly target: CollectionV1;
};
export declare function watchSource({ source: store, plan, signal }: Ends, source: CopySides['source']): Promise<WitnessWatch | undefined>;

// migrate/fingerprint-run.d.ts
import type { BucketId } from '../fingerprint/read.ts';
import { type FingerprintReport } from '../fingerprint/compare.ts';
import type { Fingerprint } from '../fingerprint/fingerprint.ts';
import type { ProgressListener } from '../progress/progress.ts';
import type { VectorStoreV1 } from '../spec/v1.ts';
import { type Pace } from './settings.ts';
export interface FingerprintOptions extends Pace {
    readonly source: VectorStoreV1;
    readonly collection: string;
    readonly namespaces?: readonly string[] | undefined;
    readonly onProgress?: ProgressListener | undefined;
    readonly signal?: AbortSignal | undefined;
}
export interface VerifyFingerprintOptions extends Omit<FingerprintOptions, 'namespaces'> {
    readonly expected: Fingerprint;
}
export interface VerifyFingerprintReport extends FingerprintReport {
    readonly found: Fingerprint;
    readonly suspects: readonly BucketId[];
}
export declare function fingerprint(options: FingerprintOptions): Promise<Fingerprint>;
export declare function verifyFingerprint(options: VerifyFingerprintOptions): Promise<VerifyFingerprintReport>;

// migrate/functions.d.ts
import type { MigrationEstimate } from '../plan/estimate.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { Metadata } from '../spec/record.ts';
import type { VerificationReport } from '../verify/verify.ts';
import { type DiffReport } from './diff-run.ts';
import { type ByEitherName, type DiffOptions, type EstimateOptions, type MigrateOptions, type PlanOptions, type ResumeOptions, type VectorStoreMigratorOptions, type VerifyOptions } from './options.ts';
import type { MigrationResult } from './result.ts';
export declare function migrate<M = Metadata>(options: VectorStoreMigratorOptions & ByEitherName<MigrateOptions<M>>): Promise<MigrationResult>;
export declare function plan<M = Metadata>(options: VectorStoreMigratorOptions & ByEitherName<PlanOptions<M>> & {
    readonly estimate?: boolean | undefined;
}): Promise<MigrationPlan>;
export declare function verify<M = Metadata>(options: VectorStoreMigratorOptions & ByEitherName<VerifyOptions<M>>): Promise<VerificationReport>;
export declare function diff(options: VectorStoreMigratorOptions & ByEitherName<DiffOptions>): Promise<DiffReport>;
export declare function estimate(options: VectorStoreMigratorOptions & ByEitherName<EstimateOptions>): Promise<MigrationEstimate>;
export declare function resume<M = Metadata>(options: VectorStoreMigratorOptions & ResumeOptions<M> & {
    readonly runId: string;
}): Promise<MigrationResult>;

// migrate/migrate-all.d.ts
import type { VectorStoreMigrator } from './migrator.ts';
import type { MigrateOptions } from './options.ts';
import type { MigrationResult } from './result.ts';
export interface MigrationJob {
    readonly migrator: Pick<VectorStoreMigrator, 'migrate'>;
    readonly options: MigrateOptions;
}
export interface CollectionOutcome {
    readonly sourceCollection: string;
    readonly targetCollection: string;
    readonly result?: MigrationResult | undefined;
    readonly error?: Error | undefined;
}
export interface MigrateAllResult {
    readonly success: boolean;
    readonly vectorsMigrated: number;
    readonly vectorsFailed: number;
    readonly durationSeconds: number;
    readonly outcomes: readonly CollectionOutcome[];
    readonly notStarted: readonly string[];
}
export interface MigrateAllOptions {
    readonly signal?: AbortSignal | undefined;
    readonly onStart?: ((job: MigrationJob, index: number) => void) | undefined;
    readonly onOutcome?: ((outcome: CollectionOutcome, index: number) => void) | undefined;
}
export declare function migrateAll(jobs: readonly MigrationJob[], { signal, onStart, onOutcome }?: MigrateAllOptions): Promise<MigrateAllResult>;

// migrate/migrate-run.d.ts
import { type ReplayResult } from '../copy/replay.ts';
import type { RunHeader } from '../runs/log.ts';
import type { MigrateOptions, ResumeOptions } from './options.ts';
import type { MigrationResult } from './result.ts';
import { type Session } from './session.ts';
export declare function migrateRun(session: Session, options: MigrateOptions): Promise<MigrationResult>;
export declare function planHeader(session: Session, options: MigrateOptions, begun: {
    readonly runId: string;
    readonly startedAt: Date;
}): Promise<RunHeader>;
export declare function resumeRun(session: Session, runId: string, options: ResumeOptions): Promise<MigrationResult>;
export declare function replayRejected(session: Session, runId: string): Promise<ReplayResult>;

// migrate/migrator.d.ts
import type { ReplayResult } from '../copy/replay.ts';
import type { MigrationEstimate } from '../plan/estimate.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { RunSummary } from '../runs/log.ts';
import type { Metadata } from '../spec/record.ts';
import type { VerificationReport } from '../verify/verify.ts';
import { type ByEitherName, type EstimateOptions, type MigrateOptions, type PlanOptions, type ResumeOptions, type VectorStoreMigratorOptions, type VerifyOptions } from './options.ts';
import type { MigrationResult } from './result.ts';
export declare class VectorStoreMigrator {
    #private;
    constructor(options: VectorStoreMigratorOptions);
    plan<M = Metadata>(options: ByEitherName<PlanOptions<M>> & {
        readonly estimate?: boolean | undefined;
    }): Promise<MigrationPlan>;
    migrate<M = Metadata>(options: ByEitherName<MigrateOptions<M>>): Promise<MigrationResult>;
    resume<M = Metadata>(runId: string, options?: ResumeOptions<M>): Promise<MigrationResult>;
    runs(): Promise<readonly RunSummary[]>;
    replayRejected(runId: string): Promise<ReplayResult>;
    verify<M = Metadata>(options: ByEitherName<VerifyOptions<M>>): Promise<VerificationReport>;
    estimate(options: ByEitherName<EstimateOptions>): Promise<MigrationEstimate>;
}

// migrate/options.d.ts
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { FilterShorthand } from '../filter/shorthand.ts';
import type { Metadata } from '../spec/record.ts';
import type { JsonObject, Metric, VectorStoreV1 } from '../spec/v1.ts';
import type { SourceRead, VerifyLevel } from '../verify/comparison.ts';
import type { Embedding } from '../mapping/embed.ts';
import type { FieldMapping } from '../mapping/fields.ts';
import type { Reduction } from '../store/reduce.ts';
import type { RecordLayout } from '../mapping/layout.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { RunObserver } from '../progress/observer.ts';
import type { ProgressListener } from '../progress/progress.ts';
import type { Transform } from '../mapping/transform.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { CheckpointStore } from '../runs/log.ts';
import type { Pace } from './settings.ts';
import type { LossName } from '../plan/losses.ts';
export interface VectorStoreMigratorOptions extends CallSettings, Pace {
    readonly source: VectorStoreV1;
    readonly target: VectorStoreV1;
}
export interface CallSettings {
    readonly validate?: boolean | undefined;
    readonly maxRetries?: number | undefined;
    readonly retryDelaySeconds?: number | undefined;
    readonly retryBackoff?: number | undefined;
    readonly onProgress?: ProgressListener | undefined;
    readonly observer?: RunObserver | undefined;
    readonly checkpoints?: string | CheckpointStore | false | undefined;
}
export type ByEitherName<Options extends {
    readonly sourceCollection: string;
}> = Options | (Omit<Options, 'sourceCollection'> & {
    readonly collectionName: string;
    readonly sourceCollection?: undefined;
});
export declare function withSourceName<Options extends {
    readonly sourceCollection: string;
}>(options: ByEitherName<Options>): Options;
interface Typed<M> {
    readonly metadata?: StandardSchemaV1<unknown, M> | undefined;
    readonly transform?: Transform<M> | undefined;
}
interface Selection<M = Metadata> {
    readonly sourceCollection: string;
    readonly targetCollection?: string | undefined;
    readonly filter?: FilterShorthand<M> | undefined;
    readonly namespaces?: readonly string[] | undefined;
    readonly metric?: Metric | undefined;
    readonly signal?: AbortSignal | undefined;
}
export interface PlanOptions<M = Metadata> extends Selection<M>, Typed<M>, CallSettings {
    readonly fields?: FieldMapping | undefined;
    readonly embed?: Embedding | undefined;
    readonly reduce?: Reduction | undefined;
    readonly completeTarget?: boolean | undefined;
    readonly layout?: RecordLayout | undefined;
}
export interface RunOptions extends Pace {
    readonly verify?: VerifyLevel | undefined;
    readonly verifySample?: number | undefined;
    readonly witness?: number | 'all' | undefined;
    readonly sourceRead?: SourceRead | undefined;
    readonly maxRecordsPerSecond?: number | undefined;
    readonly maxBytesPerSecond?: number | undefined;
    readonly control?: RunControl | undefined;
}
export interface MigrateOptions<M = Metadata> extends PlanOptions<M>, RunOptions {
    readonly plan?: MigrationPlan | undefined;
    readonly dryRun?: boolean | undefined;
    readonly allowLoss?: readonly LossName[] | undefined;
    readonly mode?: 'copy' | 'sync' | undefined;
    readonly deleteExtra?: boolean | undefined;
    readonly earlierRun?: 'resume' | 'restart' | undefined;
    readonly annotations?: JsonObject | undefined;
    readonly since?: {
        readonly field: string;
        readonly after: string | number | bigint;
    } | undefined;
}
export interface ResumeOptions<M = Metadata> extends RunOptions, Typed<M>, CallSettings {
    readonly embed?: Embedding | undefined;
    readonly layout?: RecordLayout | undefined;
    readonly signal?: AbortSignal | undefined;
}
export interface VerifyOptions<M = Metadata> extends Omit<PlanOptions<M>, 'completeTarget'>, Pace {
    readonly level?: VerifyLevel | undefined;
    readonly sample?: number | undefined;
    readonly witness?: number | 'all' | undefined;
    readonly limit?: number | undefined;
}
export type DiffOptions = Omit<VerifyOptions, 'level' | 'sample' | 'fields' | 'transform' | 'embed' | 'reduce' | 'metadata'>;
export interface EstimateOptions extends CallSettings {
    readonly sourceCollection: string;
    readonly targetCollection?: string | undefined;
    readonly filter?: FilterShorthand | undefined;
    readonly batchSize?: number | undefined;
    readonly probe?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
}
export declare function withoutSchema<M>({ metadata: schema, transform, ...rest }: Typed<M>): Typed<Metadata>;
export {};

// migrate/preconditions.d.ts
import type { VectorStoreV1 } from '../spec/v1.ts';
import type { MigrateOptions, ResumeOptions } from './options.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
export declare function checkSync({ mode, deleteExtra, since, filter }: MigrateOptions): void;
export declare function withSince(options: MigrateOptions): MigrateOptions;
export declare function checkEndpoints(plan: MigrationPlan, source: VectorStoreV1, target: VectorStoreV1): void;
export declare function checkFunctions(settings: {
    transform: boolean;
    embed: boolean;
}, options: ResumeOptions): void;

// migrate/result.d.ts
import type { Rejection } from '../spec/v1.ts';
import type { VerificationReport } from '../verify/verify.ts';
import type { WitnessReport } from '../verify/witness.ts';
import type { CopyCounts } from '../copy/page-account.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { SyncCounts } from '../sync/select.ts';
import type { LatencySummary, TimelinePoint } from '../progress/telemetry.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
export interface MigrationResult {
    readonly success: boolean;
    readonly runId: string;
    readonly vectorsMigrated: number;
    readonly vectorsFailed: number;
    readonly successRate: number;
    readonly durationSeconds: number;
    readonly sourceCollection: string;
    readonly targetCollection: string;
    readonly startedAt: string;
    readonly completedAt: string;
    readonly errors: readonly string[];
    readonly warnings: readonly string[];
    readonly rejected: readonly Rejection[];
    readonly verification: VerificationReport | undefined;
    readonly metadata: {
        readonly dryRun: boolean;
        readonly dryRunSeconds?: number | undefined;
        readonly dryRunBasis?: string | undefined;
        readonly vectorsRead: number;
        readonly vectorsDropped: number;
        readonly droppedReasons: Readonly<Record<string, number>>;
        readonly bytes: number;
        readonly retries: number;
        readonly timeline: readonly TimelinePoint[];
        readonly latency: {
            readonly read: LatencySummary;
            readonly write: LatencySummary;
        };
        readonly vectorsPerSecond: number;
        readonly copySeconds: number;
        readonly indexSeconds: number;
        readonly sync?: SyncCounts | undefined;
        readonly plan: MigrationPlan;
    };
}
export interface Outcome {
    readonly runId: string;
    readonly startedAt: Date;
    readonly counts: CopyCounts;
    readonly tracker: ProgressTracker;
    readonly copySeconds: number;
    readonly rejected: readonly Rejection[];
    readonly warnings: readonly string[];
    readonly verification: VerificationReport | undefined;
    readonly witness: WitnessReport | undefined;
    readonly dryRun: boolean;
    readonly validate: boolean;
    readonly sync: SyncCounts | undefined;
}
export declare function makeResult(plan: MigrationPlan, outcome: Outcome): MigrationResult;

// migrate/session.d.ts
import type { RunObserver } from '../progress/observer.ts';
import type { ProgressListener } from '../progress/progress.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { CheckpointStore } from '../runs/log.ts';
import type { VectorStoreV1 } from '../spec/v1.ts';
import type { RetryPolicy } from '../store/retry.ts';
import type { VectorStoreMigratorOptions } from './options.ts';
export interface Session {
    readonly source: VectorStoreV1;
    readonly target: VectorStoreV1;
    readonly planned: {
        readonly source: VectorStoreV1;
        readonly target: VectorStoreV1;
    };
    readonly validate: boolean;
    readonly retry: RetryPolicy;
    readonly trackers: Set<ProgressTracker>;
    readonly onProgress: ProgressListener | undefined;
    readonly observer: RunObserver | undefined;
    readonly checkpoints: CheckpointStore | undefined;
}
export declare function openSession(options: VectorStoreMigratorOptions): Session;
export declare function rememberedRuns({ checkpoints }: Session): CheckpointStore;

// migrate/settings.d.ts
import { type VerifyLevel } from '../verify/comparison.ts';
export interface Pace {
    readonly batchSize?: number | undefined;
    readonly concurrency?: number | undefined;
    readonly maxBytesInFlight?: number | undefined;
}
export interface CheckedPace {
    readonly batchSize: number;
    readonly concurrency: number;
    readonly maxBytesInFlight: number;
}
export declare function checkPace(pace: Pace): CheckedPace;
export declare function checkLevel(level: VerifyLevel): VerifyLevel;
export declare function atLeast(name: string, value: number, least: number): number;
export declare function newRunId(started: Date): string;

// plan/estimate.d.ts
import { type FilterShorthand } from '../filter/shorthand.ts';
import type { CallOptions, Scope, VectorStoreV1 } from '../spec/v1.ts';
import type { Traffic } from './traffic.ts';
import { type RetryPolicy } from '../store/retry.ts';
export interface MigrationEstimate {
    readonly totalVectors: number;
    readonly estimatedDurationSeconds: number;
    readonly durationRangeSeconds: readonly [number, number];
    readonly estimatedBatches: number;
    readonly vectorsPerSecond: number;
    readonly sourceDimension: number | undefined;
    readonly targetDimension: number | undefined;
    readonly compatible: boolean;
    readonly warnings: readonly string[];
    readonly bytes: number;
    readonly traffic?: Traffic | undefined;
    readonly basis: string;
}
export interface ReadingOptions {
    readonly scope?: Scope | undefined;
    readonly filter?: FilterShorthand | undefined;
    readonly batchSize?: number | undefined;
    readonly signal?: AbortSignal | undefined;
}
export declare function estimateReading(store: VectorStoreV1, name: string, request?: ReadingOptions, retry?: RetryPolicy): Promise<MigrationEstimate>;
export declare function durationOf(seconds: number): Pick<MigrationEstimate, 'estimatedDurationSeconds' | 'durationRangeSeconds'>;
export declare function targetDimension(target: VectorStoreV1, name: string, options: CallOptions): Promise<number | undefined>;

// plan/headroom.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { CollectionSchema, StoreRoom } from '../spec/v1.ts';
export interface Headroom {
    readonly vectorBytes: number;
    readonly metadataBytes: number;
    readonly indexBytes: number;
    readonly totalBytes: number;
    readonly memoryBytes?: number | undefined;
    readonly freeDiskBytes?: number | undefined;
    readonly freeMemoryBytes?: number | undefined;
    readonly basis?: string | undefined;
}
export declare function headroom(sample: readonly VectorRecord[], schema: CollectionSchema, totalVectors: number, room?: StoreRoom): Headroom;
export declare function shortOfRoom({ totalBytes, memoryBytes, freeDiskBytes, freeMemoryBytes }: Headroom): string[];

// plan/infer.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { CollectionSchema, FieldType, VectorSchema } from '../spec/v1.ts';
export declare function inferFields(records: readonly VectorRecord[]): Record<string, FieldType>;
export declare function inferVectors(schema: CollectionSchema, records: readonly VectorRecord[]): Readonly<Record<string, VectorSchema>>;
export interface Narrowing {
    readonly error: number;
    readonly changed: number;
    readonly exact: boolean;
}
export declare function narrowing(name: string, records: readonly VectorRecord[]): Narrowing;
export declare function hasOtherLengths(name: string, records: readonly VectorRecord[]): boolean;
export declare function isUnitLength(name: string, records: readonly VectorRecord[]): boolean;

// plan/inspect.d.ts
import type { MetadataValue } from '../spec/record.ts';
import type { CallOptions, CollectionDescription, FieldType, VectorStoreV1 } from '../spec/v1.ts';
export interface CollectionReport {
    readonly description: CollectionDescription;
    readonly count: number;
    readonly exact: boolean;
    readonly namespaces: readonly {
        readonly name: string;
        readonly count: number;
    }[];
    readonly fields: readonly {
        readonly path: string;
        readonly type: FieldType;
        readonly example: MetadataValue | undefined;
    }[];
    readonly sampleIds: readonly string[];
}
export declare function inspectCollection(store: VectorStoreV1, name: string, options?: CallOptions): Promise<CollectionReport>;

// plan/losses.d.ts
export declare const LOSS_NAMES: readonly [
'named-vectors', 
'sparse-vectors', 
'multi-vectors', 
'vector-precision', 
'vector-dimensions', 
'no-vectors', 
'rejected-records', 
'superseded-records', 
'layout', 
'same-place'];
export type LossName = (typeof LOSS_NAMES)[number];
export interface Loss {
    readonly name: LossName;
    readonly detail: string;
    readonly recordsInSample?: number | undefined;
}
export declare function refuseUndecided(collection: string, undecided: readonly string[]): void;
interface Carried {
    readonly rejected: number;
    readonly losses: readonly Loss[];
    readonly sampled: number;
    readonly collection: string;
    readonly adapter: string;
}
export declare function refuseLosses({ losses, sampled, rejected, collection, adapter }: Carried, allowed: readonly LossName[]): void;
export {};

// plan/migration-plan.d.ts
import type { Encoding } from '../mapping/envelope.ts';
import type { RecordMapping } from '../mapping/page.ts';
import type { Transform } from '../mapping/transform.ts';
import type { Capabilities, CollectionSchema, FieldReading, Filter, LackingSetting, Metric } from '../spec/v1.ts';
import type { Embedding } from '../mapping/embed.ts';
import type { MigrationEstimate } from './estimate.ts';
import type { FieldMapping } from '../mapping/fields.ts';
import type { Headroom } from './headroom.ts';
import type { LayoutDescription, RecordLayout } from '../mapping/layout.ts';
import type { Reduction } from '../store/reduce.ts';
import type { Loss } from './losses.ts';
import type { Endpoint } from './parts.ts';
import type { Traffic } from './traffic.ts';
export interface MigrationPlan extends RecordMapping {
    readonly version: 1;
    readonly source: Endpoint;
    readonly target: Endpoint;
    readonly sourceScan?: Capabilities['scan'] | undefined;
    readonly schema: CollectionSchema;
    readonly exactVectors?: readonly string[] | undefined;
    readonly createTarget: boolean;
    readonly targetCount: number;
    readonly targetLacks?: readonly LackingSetting[] | undefined;
    readonly completeBy?: CollectionSchema | undefined;
    readonly namespaces?: readonly string[] | undefined;
    readonly filter?: Filter | undefined;
    readonly layout?: LayoutDescription | undefined;
    readonly embedding?: {
        readonly vector: string;
        readonly dimension: number;
        readonly description?: string | undefined;
    } | undefined;
    readonly reading?: readonly FieldReading[] | undefined;
    readonly undecided: readonly string[];
    readonly losses: readonly Loss[];
    readonly encodings: Readonly<Partial<Record<Encoding, number>>>;
    readonly warnings: readonly string[];
    readonly sample: {
        readonly records: number;
        readonly bytesPerRecord: number;
        readonly rejected: number;
        readonly vectorsPerSecond: number;
    };
    readonly totalVectors: number;
    readonly headroom: Headroom;
    readonly traffic?: Traffic | undefined;
    readonly estimate?: MigrationEstimate | undefined;
}
export interface PlanRequest {
    readonly sourceCollection: string;
    readonly targetCollection: string;
    readonly filter?: Filter | undefined;
    readonly namespaces?: readonly string[] | undefined;
    readonly metric?: Metric | undefined;
    readonly fieldMapping?: FieldMapping | undefined;
    readonly transform?: Transform | undefined;
    readonly embed?: Embedding | undefined;
    readonly layout?: RecordLayout | undefined;
    readonly reduce?: Reduction | undefined;
    readonly completeTarget?: boolean | undefined;
    readonly writes?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
}

// plan/parts.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { CallOptions, ReadableCollection, Scope, VectorStoreV1 } from '../spec/v1.ts';
import type { Loss } from './losses.ts';
export interface Endpoint {
    readonly adapter: string;
    readonly location: string;
    readonly collection: string;
    readonly scope?: Scope | undefined;
    readonly adapterOptions?: CallOptions['adapterOptions'];
}
export declare function endOf({ adapter, location }: VectorStoreV1, collection: string, scope: Scope | undefined, adapterOptions: CallOptions['adapterOptions']): Endpoint;
export declare function openExisting(store: VectorStoreV1, end: Endpoint, options: CallOptions): Promise<ReadableCollection | undefined>;
export declare function heldBefore(count: number, { scope }: Endpoint): string;
export declare function foreignRecords(stored: readonly VectorRecord[], target: VectorStoreV1, { scope, ...whole }: Endpoint, options: CallOptions): Promise<readonly VectorRecord[]>;
export declare function doubledLoss(stored: readonly VectorRecord[]): Loss[];
export declare function foreignLoss(taken: readonly VectorRecord[], { collection, scope }: Endpoint): Loss[];

// plan/reverse.d.ts
import type { CollectionSchema } from '../spec/v1.ts';
import type { MigrationPlan } from './migration-plan.ts';
export interface NoWayBack {
    readonly why: readonly string[];
}
export declare function reversePlan(plan: MigrationPlan, source: CollectionSchema, transformed?: boolean): MigrationPlan | NoWayBack;

// plan/traffic.d.ts
import type { Capabilities } from '../spec/v1.ts';
import type { Headroom } from './headroom.ts';
export interface SideTraffic {
    readonly scanned: number;
    readonly fetched: number;
    readonly written: number;
    readonly bytesRead: number;
    readonly bytesWritten: number;
    readonly readRequests: number;
    readonly writeRequests: number;
    readonly bytesStored: number;
}
export interface Traffic {
    readonly source: SideTraffic;
    readonly target: SideTraffic;
    readonly basis: string;
}
interface Moved {
    readonly totalVectors: number;
    readonly bytesPerRecord: number;
    readonly headroom: Pick<Headroom, 'vectorBytes' | 'metadataBytes'>;
    readonly limits: Capabilities['limits'];
}
export declare function trafficOf({ totalVectors, bytesPerRecord, headroom, limits }: Moved): Traffic;
export {};

// progress/observer.d.ts
import type { TimedCall } from '../scan/timed.ts';
import type { MigrationPhase, MigrationProgress } from './progress.ts';
export interface RunObserver {
    runStarted(run: ObservedRun): RunWatch | undefined;
    sharedRunWatched?(run: ObservedSharedRun): () => void;
}
export interface ObservedSharedRun extends Pick<ObservedRun, 'source' | 'target'> {
    readonly runId: string;
    readonly progress: () => MigrationProgress | undefined;
}
export interface RunWatch {
    phaseEntered?(phase: MigrationPhase): void;
    partBegun?(part: ObservedPart): void;
    partEnded?(part: ObservedPart, error?: unknown): void;
    called?(call: ObservedCall): void;
    pageAccounted?(page: ObservedPage): void;
    retried?(retry: ObservedRetry): void;
    ended?(outcome: RunOutcome): void;
}
export interface ObservedRun {
    readonly kind: 'migrate' | 'resume' | 'verify';
    readonly runId: string | undefined;
    readonly dryRun: boolean;
    readonly remembered: boolean;
    readonly source: ObservedStore;
    readonly target: ObservedStore;
    readonly progress: () => MigrationProgress;
}
export interface ObservedStore {
    readonly adapter: string;
    readonly location: string;
    readonly collection: string;
}
export interface ObservedPart {
    readonly store: 'source' | 'target';
    readonly index: number;
    readonly estimatedCount: number | undefined;
}
export interface ObservedCall extends TimedCall {
    readonly store: 'source' | 'target';
    readonly operation: 'scan' | 'fetch' | 'upsert';
}
export interface ObservedPage {
    readonly records: number;
    readonly bytes: number;
    readonly rejected: number;
}
export interface ObservedRetry {
    readonly store: 'source' | 'target';
    readonly throttled: boolean;
}
export type RunOutcome = {
    readonly result: RunFigures;
} | {
    readonly error: unknown;
};
export interface RunFigures {
    readonly runId: string | undefined;
    readonly success: boolean;
    readonly written: number;
    readonly rejected: number;
    readonly differences: {
        readonly missing: number;
        readonly extra: number;
        readonly changed: number;
    } | undefined;
}
export declare function watchSharedRun(observer: RunObserver, run: ObservedSharedRun): () => void;
export declare function watchRun(observer: RunObserver, run: ObservedRun): RunWatch;

// progress/progress.d.ts
export type MigrationPhase = 'planning' | 'copying' | 'verifying' | 'done';
export interface MigrationProgress {
    readonly percentage: number;
    readonly vectorsProcessed: number;
    readonly totalVectors: number;
    readonly currentBatch: number;
    readonly totalBatches: number;
    readonly elapsedSeconds: number;
    readonly etaSeconds: number | undefined;
    readonly vectorsPerSecond: number;
    readonly bytesProcessed: number;
    readonly bytesPerSecond: number;
    readonly errors: number;
    readonly retries: number;
    readonly waitingUntil: Date | undefined;
    readonly concurrency: number;
    readonly parts: readonly PartProgress[];
    readonly phase: MigrationPhase;
    readonly shared?: SharedProgress | undefined;
}
export interface SharedProgress {
    readonly items: {
        readonly total: number;
        readonly done: number;
        readonly failed: number;
        readonly taken: number;
    };
    readonly workers: readonly SharedWorker[];
    readonly takeovers: number;
    readonly paused: boolean;
}
export interface SharedWorker {
    readonly name: string;
    readonly slots: number;
    readonly held: number;
    readonly refused: number;
}
export interface PartProgress {
    readonly key: string;
    readonly namespace?: string | undefined;
    readonly vectorsProcessed: number;
    readonly estimatedCount?: number | undefined;
    readonly done: boolean;
}
export type ProgressListener = (progress: MigrationProgress) => void;

// progress/telemetry.d.ts
export interface LatencySummary {
    readonly calls: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly maxMs: number;
}
export interface TimelinePoint {
    readonly seconds: number;
    readonly phase: 'copying' | 'verifying';
    readonly vectors: number;
    readonly bytes: number;
    readonly retries: number;
    readonly concurrency: number;
    readonly readMs: number | undefined;
    readonly writeMs: number | undefined;
}
type Side = 'read' | 'write';
type Reached = Pick<TimelinePoint, 'vectors' | 'bytes' | 'retries' | 'concurrency'>;
export declare class Telemetry {
    #private;
    observe(side: Side, milliseconds: number): void;
    record(phase: TimelinePoint['phase'], reached: Reached): void;
    get timeline(): readonly TimelinePoint[];
    get latency(): {
        readonly read: LatencySummary;
        readonly write: LatencySummary;
    };
}
export {};

// progress/tracker.d.ts
import type { PartListener, ScanPart } from '../scan/parts.ts';
import { type ObservedCall, type ObservedRetry, type ObservedRun, type RunObserver, type RunOutcome } from './observer.ts';
import type { MigrationPhase, MigrationProgress, ProgressListener } from './progress.ts';
import { type LatencySummary, type TimelinePoint } from './telemetry.ts';
export interface PageDone {
    readonly records: number;
    readonly bytes: number;
    readonly errors?: number | undefined;
    readonly part?: string | undefined;
}
export declare class ProgressTracker {
    #private;
    batchSize: number;
    constructor(listener: ProgressListener | undefined, batchSize: number);
    begin(observer: RunObserver, run: Omit<ObservedRun, 'progress'>): void;
    end(outcome: RunOutcome): void;
    enter(phase: MigrationPhase, totalVectors: number, expectedPerSecond?: number): void;
    follow(parts: readonly ScanPart[], concurrency: () => number): void;
    advance(page: PageDone): void;
    takeUp({ records, bytes, errors, part: key }: PageDone): void;
    endPart(key: string): void;
    partsOf(store: 'source' | 'target'): PartListener;
    observe(call: ObservedCall): void;
    retried(retry: ObservedRetry): void;
    waits(milliseconds: number): void;
    get retries(): number;
    get timeline(): readonly TimelinePoint[];
    get latency(): {
        readonly read: LatencySummary;
        readonly write: LatencySummary;
    };
    get progress(): MigrationProgress;
}

// recognize/field-facts.d.ts
export interface FieldFacts {
    readonly field: string;
    readonly declared?: 'id' | 'vector' | 'document' | 'uri' | 'namespace' | 'metadata' | undefined;
    readonly shape: 'numbers' | 'sparse' | 'multi' | 'text' | 'integer' | 'uuid' | 'object' | 'other';
    readonly type: string;
    readonly lengths?: {
        readonly least: number;
        readonly most: number;
    } | undefined;
    readonly whole?: boolean | undefined;
    readonly fixed?: boolean | undefined;
    readonly sampled: number;
    readonly present: number;
    readonly otherShapes?: number | undefined;
    readonly vectorName?: string | undefined;
    readonly entries?: ReadonlySet<string> | undefined;
    readonly container?: boolean | undefined;
}
export declare function fitsRole(role: 'id' | 'document' | 'uri' | 'namespace', { shape, otherShapes }: FieldFacts): boolean;
export declare function looksLikeVector({ field, shape, lengths, whole, fixed }: FieldFacts): boolean;
export declare function isList({ shape }: FieldFacts): boolean;
export declare function contradiction({ shape, lengths, otherShapes, sampled }: FieldFacts): string | undefined;
export declare function evidenceOf({ type, lengths, sampled, present, declared }: FieldFacts): string;

// recognize/field-layout.d.ts
import { type ReadingOptions } from './reading-options.ts';
import type { SampledField } from './sample-fields.ts';
import type { Datatype, FieldReading, FieldType } from '../spec/v1.ts';
export interface Field extends SampledField {
    readonly fieldType: FieldType;
    readonly datatype?: Datatype | undefined;
    readonly note?: string | undefined;
}
export interface FieldLayout {
    readonly id: readonly string[];
    readonly namespace?: string | undefined;
    readonly document?: string | undefined;
    readonly uri?: string | undefined;
    readonly vectors: readonly VectorColumn[];
    readonly fields: readonly MetadataColumn[];
    readonly metadata?: string | undefined;
    readonly ignored?: readonly string[] | undefined;
}
export interface MetadataColumn {
    readonly column: string;
    readonly key: string;
    readonly type: FieldType;
    readonly watched?: boolean | undefined;
}
export interface VectorColumn {
    readonly name: string;
    readonly column: string;
    readonly kind: 'dense' | 'sparse' | 'multi';
    readonly dimension?: number | undefined;
    readonly datatype?: Datatype | undefined;
}
export interface Understood {
    readonly layout: FieldLayout;
    readonly reading?: readonly FieldReading[] | undefined;
    readonly undecided?: readonly string[] | undefined;
}
export declare function understandFields(fields: readonly Field[], options: ReadingOptions): Understood;

// recognize/field-names.d.ts
export declare const BESIDE = "__column";
export declare const ROLE_NAMES: Readonly<Record<'id' | 'document' | 'uri' | 'namespace', readonly string[]>>;
export declare function isVectorName(field: string): boolean;
export declare function isPlainVectorName(field: string): boolean;
export declare function isIdName(field: string): boolean;
export declare function isContainerName(field: string): boolean;
export declare function keyBeside(field: string, isTaken: (key: string) => boolean): string;

// recognize/map-value.d.ts
import { type MetadataValue } from '../spec/record.ts';
export declare function mapValue(entries: Iterable<readonly [key: MetadataValue | undefined, value: MetadataValue | undefined]>): MetadataValue;

// recognize/reading-options.d.ts
export interface ReadingOptions {
    readonly id?: string | readonly string[] | undefined;
    readonly vector?: string | readonly string[] | Readonly<Record<string, string>> | undefined;
    readonly document?: string | undefined;
    readonly uri?: string | undefined;
    readonly namespace?: string | undefined;
    readonly metadata?: readonly string[] | undefined;
    readonly ignore?: readonly string[] | undefined;
}
export type FieldOptions = Omit<ReadingOptions, 'id' | 'namespace'>;
export declare const FIELD_OPTIONS: Readonly<Record<keyof FieldOptions, true>>;
export declare const READING_OPTIONS: Readonly<Record<keyof ReadingOptions, true>>;
export declare function fieldOptionsOf({ vector, document, uri, metadata, ignore }: FieldOptions): FieldOptions;
export interface NamedFields {
    readonly id: readonly string[] | undefined;
    readonly vectors: ReadonlyMap<string, string> | undefined;
    readonly document: string | undefined;
    readonly uri: string | undefined;
    readonly namespace: string | undefined;
    readonly metadata: ReadonlySet<string>;
    readonly ignore: ReadonlySet<string>;
}
export declare const ROW_NUMBER = "#row";
export declare const READING_PARAMETERS: readonly ['id', 'vector', 'document', 'uri', 'namespace', 'metadata', 'ignore'];
export declare const FIELD_PARAMETERS: readonly ['vector', 'document', 'uri', 'metadata', 'ignore'];
export declare function readingOptionsOf(parameters: URLSearchParams): ReadingOptions;
export declare function namedFields(options: ReadingOptions): NamedFields;
export declare function allNamed({ id, vectors, document, uri, namespace, metadata, ignore }: NamedFields): string[];

// recognize/recognize.d.ts
import type { FieldReading } from '../spec/v1.ts';
import { type FieldFacts } from './field-facts.ts';
import { type NamedFields } from './reading-options.ts';
export interface Recognition {
    readonly readings: readonly FieldReading[];
    readonly undecided: readonly string[];
    readonly unfolded: readonly string[];
}
export declare function recognize(facts: readonly FieldFacts[], named: NamedFields): Recognition;
export type UncountedFacts = Omit<FieldFacts, 'sampled' | 'present'> & Partial<FieldFacts>;
export declare function recognizeBeside(facts: readonly UncountedFacts[], named: NamedFields): Recognition;
export declare function documentField({ readings }: Pick<Recognition, 'readings'>): string | undefined;
export declare function ignoredFields({ readings }: Pick<Recognition, 'readings'>): ReadonlySet<string>;

// recognize/row-record.d.ts
import { type MetadataValue, type Vector, type VectorRecord } from '../spec/record.ts';
import type { ScanRequest } from '../spec/v1.ts';
import type { FieldLayout } from './field-layout.ts';
export interface FlatRecord {
    readonly ids: Map<string, MetadataValue>;
    namespace?: MetadataValue;
    document?: MetadataValue;
    uri?: MetadataValue;
    readonly vectors: (readonly [string, Vector])[];
    entries: Readonly<Record<string, MetadataValue>> | undefined;
    readonly metadata: (readonly [string, MetadataValue])[];
}
export declare function emptyRecord(): FlatRecord;
export declare function toRecord(flat: FlatRecord, layout: FieldLayout, row: number): VectorRecord;
export declare function putWatched(record: FlatRecord, field: string, key: string, value: MetadataValue): void;
export type Put = (record: FlatRecord, value: MetadataValue) => void;
export declare function fieldPuts(layout: FieldLayout, include: ScanRequest['include']): Map<string, Put>;
export declare function mergeBeside(entries: Readonly<Record<string, MetadataValue>>, fields: readonly (readonly [field: string, value: MetadataValue])[], names?: ReadonlySet<string>): Readonly<Record<string, MetadataValue>>;

// recognize/sample-fields.d.ts
import type { FieldFacts } from './field-facts.ts';
export interface SampledField extends FieldFacts {
    readonly kind?: 'dense' | 'sparse' | 'multi' | undefined;
    readonly dimension?: number | undefined;
}
export declare class FieldSampler {
    #private;
    row(values: Iterable<readonly [string, unknown]>): void;
    facts(): SampledField[];
}

// recognize/vector-columns.d.ts
export declare function vectorColumns(names: readonly string[], forbidden: RegExp): Readonly<Record<string, string>>;

// recognize/vector-value.d.ts
import type { Vector } from '../spec/record.ts';
export type VectorShape = {
    readonly kind: 'dense' | 'multi';
    readonly length: number;
    readonly whole: boolean;
    readonly as: string;
} | {
    readonly kind: 'sparse';
    readonly as: string;
};
export declare function vectorShape(value: unknown): VectorShape | undefined;
export declare function vectorOf(value: unknown, kind: VectorShape['kind']): Vector | undefined;
export declare function textVector(text: string): readonly number[] | Float32Array | undefined;
export declare function bytesVector(bytes: Uint8Array): Float32Array | undefined;
export declare function isJsonObject(text: string): boolean;

// runs/file-checkpoints.d.ts
import { type CheckpointStore } from './log.ts';
import { type LockOptions } from '../files/lock.ts';
export type FileCheckpointOptions = Omit<LockOptions, 'what'>;
export declare function fileCheckpoints(directory: string, options?: FileCheckpointOptions): CheckpointStore;

// runs/kept.d.ts
import type { VectorRecord } from '../spec/record.ts';
import type { RejectedRecord } from './log.ts';
export declare function printKept(value: object): string;
export declare function parseKept(text: string): unknown;
export declare function printRejected({ rejection, record, by }: RejectedRecord, page?: string): string;
export declare function printRecord(record: VectorRecord): string;

// runs/log.d.ts
import type { JsonObject, JsonValue, Rejection, VectorRecord } from '../spec/v1.ts';
import type { Endpoint } from '../plan/parts.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { ScanPart } from '../scan/parts.ts';
export interface RunHeader {
    readonly version: 1;
    readonly runId: string;
    readonly startedAt: string;
    readonly plan: MigrationPlan;
    readonly settings: RunSettings;
    readonly annotations?: JsonObject | undefined;
}
export interface RunSettings {
    readonly batchSize: number;
    readonly concurrency: number;
    readonly transform: boolean;
    readonly embed: boolean;
    readonly mode: 'copy' | 'sync';
    readonly deleteExtra: boolean;
    readonly completeTarget?: boolean | undefined;
}
export interface Compared {
    added: number;
    changed: number;
    equal: number;
}
export interface PageCounts {
    readonly read: number;
    readonly written: number;
    readonly rejected: number;
    readonly dropped: Readonly<Record<string, number>>;
    readonly compared?: Readonly<Compared> | undefined;
}
export type RunEntry = 
{
    readonly type: 'creating-target';
}
 | {
    readonly type: 'target-of-others';
} | {
    readonly type: 'parts';
    readonly parts: readonly ScanPart[];
}
 | {
    readonly type: 'bulk-load';
    readonly token: JsonValue;
} | {
    readonly type: 'bulk-load-ended';
}
 | ({
    readonly type: 'page';
    readonly part: string;
    readonly cursor: string | null;
} & PageCounts) | {
    readonly type: 'finished';
    readonly success: boolean;
}
 | {
    readonly type: 'superseded';
    readonly by: string;
};
export declare function isRunEntry(entry: unknown): entry is RunEntry;
export interface RejectedRecord {
    readonly rejection: Rejection;
    readonly record: VectorRecord;
    readonly by?: 'layout' | undefined;
}
export interface RunLog {
    readonly header: RunHeader;
    readonly entries: readonly RunEntry[];
    append(entry: RunEntry, rejected?: readonly RejectedRecord[]): Promise<void>;
    readRejected(): AsyncIterable<RejectedRecord>;
    close(): Promise<void>;
}
export interface RunSummary {
    readonly runId: string;
    readonly startedAt: string;
    readonly source: string;
    readonly target: string;
    readonly state: 'unfinished' | 'done' | 'differences' | 'superseded' | 'damaged';
    readonly vectorsWritten: number;
    readonly vectorsRejected: number;
    readonly annotations?: JsonObject | undefined;
}
export interface CheckpointStore {
    create(header: RunHeader): Promise<RunLog>;
    open(runId: string): Promise<RunLog>;
    list(): Promise<readonly RunSummary[]>;
    unfinished?(from: Endpoint, to: Endpoint): Promise<string | undefined>;
}
export interface PageSums {
    read: number;
    written: number;
    rejected: number;
    readonly dropped: Record<string, number>;
    readonly compared: Compared;
}
export declare function noPages(): PageSums;
export declare function sumPages(entries: readonly RunEntry[]): PageSums;
export declare function addPage(sums: PageSums, page: PageCounts): void;

// runs/rejections.d.ts
import type { Rejection } from '../spec/v1.ts';
import type { RejectedRecord } from './log.ts';
export declare class Rejections {
    #private;
    readonly listed: Rejection[];
    readonly byTarget: Set<string>;
    readonly doubled: Set<string>;
    add(records: readonly RejectedRecord[]): void;
}

// scan/bundles.d.ts
import type { ScanPart } from './parts.ts';
export declare function bundleParts(parts: readonly ScanPart[], most: number): readonly (readonly ScanPart[])[];

// scan/byte-budget.d.ts
import type { VectorRecord } from '../spec/record.ts';
export declare const DEFAULT_BYTES_IN_FLIGHT: number;
export interface Reservation {
    settle(bytes: number): void;
    release(): void;
}
export declare class ByteBudget {
    #private;
    constructor(most: number, readers: number, bytesPerRecord: number);
    pageLimit(limit: number): number;
    reserve(records: number, signal: AbortSignal | undefined): Promise<Reservation>;
    measure(records: readonly VectorRecord[]): number;
}

// scan/hash-set.d.ts
export declare class HashSet {
    #private;
    constructor(mostSlots?: number, expected?: number);
    add(high: number, low: number): boolean | undefined;
    has(high: number, low: number): boolean;
}

// scan/key-table.d.ts
export declare class KeyTable {
    #private;
    get size(): number;
    get(key: string): number | undefined;
    set(key: string, value: number): number | undefined;
}

// scan/pages.d.ts
import type { Cursor, ReadableCollection, ScanPage, ScanRequest } from '../spec/v1.ts';
import type { RemoteError } from '../errors.ts';
import { type RetryPolicy } from '../store/retry.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { ScanPart, ScanSelection } from './parts.ts';
import { type TimedCall } from './timed.ts';
export interface ScanSettings extends ScanSelection {
    readonly limit: number;
    readonly budget: ByteBudget;
    readonly include: ScanRequest['include'];
    readonly witness?: boolean | undefined;
    readonly retry: RetryPolicy;
    readonly signal?: AbortSignal | undefined;
    readonly onRetry?: ((error: RemoteError) => void) | undefined;
    readonly onRead?: ((call: TimedCall) => void) | undefined;
}
export interface MeasuredPage extends ScanPage {
    readonly bytes: number;
}
export interface PagePlace {
    readonly part: string;
    readonly index: number;
    readonly last: boolean;
}
export declare function scanPages(collection: ReadableCollection, part: ScanPart, settings: ScanSettings, from?: Cursor): AsyncGenerator<MeasuredPage, void, void>;

// scan/parts.d.ts
import type { Filter, Partition, ReadableCollection } from '../spec/v1.ts';
export interface ScanPart {
    readonly key: string;
    readonly namespace?: string | undefined;
    readonly partition?: Partition | undefined;
}
export interface ScanSelection {
    readonly namespaces?: readonly string[] | undefined;
    readonly filter?: Filter | undefined;
}
export declare function scanParts(collection: ReadableCollection, target: number, selection: ScanSelection & {
    readonly signal?: AbortSignal | undefined;
}): Promise<ScanPart[]>;
export interface PartListener {
    begun(part: ScanPart, index: number): void;
    ended(index: number, error?: unknown): void;
}
export declare function forEachPart(parts: readonly ScanPart[], concurrency: number, signal: AbortSignal | undefined, work: (part: ScanPart, signal: AbortSignal) => Promise<void>, listener?: PartListener): Promise<void>;

// scan/run-control.d.ts
export declare class RunControl {
    #private;
    get paused(): boolean;
    pause(): void;
    resume(): void;
    whileRunning(signal: AbortSignal | undefined): Promise<void>;
}

// scan/timed.d.ts
export interface TimedCall {
    readonly milliseconds: number;
    readonly records: number;
    readonly error?: unknown;
}
export declare function timed<Result>(call: () => Promise<Result>, records: (result: Result) => number, tell: ((call: TimedCall) => void) | undefined): Promise<Result>;

// spec/calls.d.ts
import type { Filter } from './filter.ts';
import type { JsonObject } from './json-value.ts';
import type { Vector, VectorRecord } from './record.ts';
import type { Metric } from './schema.ts';
export type Cursor = string;
export interface Partition {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly estimatedCount?: number | undefined;
}
export interface Warning {
    readonly type: 'unsupported' | 'approximated';
    readonly feature: string;
    readonly detail: string;
}
export interface CountRequest {
    readonly namespace?: string | undefined;
    readonly filter?: Filter | undefined;
}
export interface Witness {
    readonly count: number;
    readonly by: string;
    readonly hint?: string | undefined;
}
export interface WitnessRequest {
    readonly keys: readonly string[];
}
export declare const VALUE_MEASURES: readonly ['records', 'filled', 'octets', 'sum', 'least', 'most', 'first', 'last'];
export type ValueMeasure = (typeof VALUE_MEASURES)[number];
export interface ValueFigure {
    readonly part: 'document' | 'uri' | 'namespace' | 'vector' | 'metadata';
    readonly name: string;
    readonly measure: ValueMeasure;
    readonly value: number;
}
export interface ValuesWitness {
    readonly by: string;
    readonly figures: readonly ValueFigure[];
    readonly unwitnessed: readonly string[];
}
export interface RecordsRequest {
    readonly ids: readonly string[];
    readonly namespace?: string | undefined;
    readonly probes: Readonly<Record<string, readonly number[]>>;
}
export interface WitnessedRecord {
    readonly id: string;
    readonly document?: string | null | undefined;
    readonly uri?: string | null | undefined;
    readonly metadata?: JsonObject | undefined;
    readonly skipped?: readonly string[] | undefined;
    readonly vectors?: Readonly<Record<string, readonly number[]>> | undefined;
    readonly distances?: Readonly<Record<string, number>> | undefined;
}
export interface RecordsWitness {
    readonly by: string;
    readonly records: readonly WitnessedRecord[];
    readonly metrics: Readonly<Record<string, Metric>>;
    readonly unwitnessed: readonly string[];
}
export interface ScanRequest extends CountRequest {
    readonly partition?: Partition | undefined;
    readonly cursor?: Cursor | undefined;
    readonly limit: number;
    readonly include: readonly ('vectors' | 'metadata')[];
    readonly witness?: boolean | undefined;
}
export interface ScanPage {
    readonly records: readonly VectorRecord[];
    readonly cursor: Cursor | null;
    readonly witness?: ValuesWitness | undefined;
}
export type RejectionReason = 'invalid-id' | 'duplicate-id' | 'superseded' | 'invalid-vector' | 'invalid-metadata' | 'too-large' | 'refused';
export interface Rejection {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly reason: RejectionReason;
    readonly detail: string;
}
export interface UpsertResult {
    readonly accepted: number;
    readonly rejected: readonly Rejection[];
}
export interface QueryRequest extends CountRequest {
    readonly vector: Vector;
    readonly using?: string | undefined;
    readonly topK: number;
    readonly exact?: boolean | undefined;
}
export interface Match {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly score: number;
}
export interface CallOptions {
    readonly signal?: AbortSignal | undefined;
    readonly adapterOptions?: Readonly<Record<string, JsonObject>> | undefined;
}
export interface NamespaceOptions extends CallOptions {
    readonly namespace?: string | undefined;
}
export interface UpsertOptions extends CallOptions {
    readonly mode?: 'replace' | 'insert-only' | undefined;
}

// spec/capabilities.d.ts
import type { IdKind } from './record.ts';
import type { FilterOperator } from './filter.ts';
import type { Metric, Datatype, VectorKind } from './schema.ts';
export interface KeyGrammar {
    readonly pattern: string;
    readonly length: number;
}
export interface MetadataCapabilities {
    readonly null: boolean;
    readonly object: boolean;
    readonly arrays: 'any' | 'homogeneous' | 'strings' | 'none';
    readonly integers: 'safe' | 'int64' | 'uint64' | 'any';
    readonly floats: 'distinct' | 'merged';
    readonly negativeZero: boolean;
    readonly numberParser: 'exact' | 'serde' | 'serde-shortest';
    readonly nul: boolean;
    readonly loneSurrogates: boolean;
    readonly reservedPrefixes: readonly string[];
    readonly reservedKeys: readonly string[];
    readonly keys?: KeyGrammar | undefined;
}
export interface Capabilities {
    readonly access: 'read-write' | 'read-only';
    readonly metrics: readonly Metric[];
    readonly normalizes: readonly Metric[];
    readonly rounds: readonly Metric[];
    readonly ids: readonly IdKind[];
    readonly vectors: readonly VectorKind[];
    readonly datatypes: readonly Datatype[];
    readonly unnamedVector: 'beside-named' | 'alone';
    readonly emptyRecords: boolean;
    readonly zeroVectors: boolean;
    readonly namespaces: boolean;
    readonly document: boolean | string;
    readonly uri: boolean;
    readonly metadata: MetadataCapabilities;
    readonly filter: readonly FilterOperator[];
    readonly insertOnly: boolean;
    readonly keepsSchema: boolean;
    readonly scan: 'snapshot' | 'stable' | 'best-effort';
    readonly exactQuery: boolean;
    readonly readAfterWrite: 'immediate' | 'eventual';
    readonly limits: {
        readonly upsertBatch?: number;
        readonly fetchIds?: number;
        readonly idBytes?: number;
        readonly metadataBytes?: number;
        readonly dimension?: number;
        readonly sparseIndex?: number;
    };
}

// spec/filter.d.ts
import type { JsonObject } from './json-value.ts';
import type { MetadataValue } from './record.ts';
export declare const FILTER_OPERATORS: readonly ['and', 'or', 'not', 'eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists', 'null', 'contains'];
export type FilterOperator = (typeof FILTER_OPERATORS)[number];
export type FilterValue = Exclude<MetadataValue, null | readonly MetadataValue[] | {
    readonly [key: string]: MetadataValue;
}>;
export type Filter = {
    readonly op: 'and' | 'or';
    readonly of: readonly Filter[];
} | {
    readonly op: 'not';
    readonly of: Filter;
} | {
    readonly op: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';
    readonly path: string;
    readonly value: FilterValue;
} | {
    readonly op: 'in' | 'nin';
    readonly path: string;
    readonly values: readonly FilterValue[];
} | {
    readonly op: 'exists' | 'null';
    readonly path: string;
    readonly value: boolean;
} | {
    readonly op: 'contains';
    readonly path: string;
    readonly value: string;
};
export interface Scope {
    readonly path: string;
    readonly value?: string | undefined;
    readonly name?: string | undefined;
    readonly metadata?: JsonObject | undefined;
}
export interface CountedScope extends Scope {
    readonly value: string;
    readonly count: number;
}

// spec/json-value.d.ts
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | {
    readonly [key: string]: JsonValue;
};
export type JsonObject = {
    readonly [key: string]: JsonValue;
};

// spec/record.d.ts
export type DenseVector = Float32Array | readonly number[];
export interface SparseVector {
    readonly indices: Uint32Array | readonly number[];
    readonly values: DenseVector;
}
export interface MultiVector {
    readonly rows: readonly DenseVector[];
}
export type Vector = DenseVector | SparseVector | MultiVector;
export type MetadataValue = null | boolean | number | bigint | string | Float | readonly MetadataValue[] | {
    readonly [key: string]: MetadataValue;
};
export type Metadata = Readonly<Record<string, MetadataValue>>;
export interface VectorRecord {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly vectors: Readonly<Record<string, Vector>>;
    readonly metadata: Metadata;
    readonly document?: string | undefined;
    readonly uri?: string | undefined;
    readonly superseded?: string | undefined;
}
export declare class Float {
    readonly value: number;
    constructor(value: number);
    static isInstance(value: unknown): value is Float;
    valueOf(): number;
    toJSON(): number;
    toString(): string;
}
export declare function float(value: number): number | Float;
export declare function integer(value: bigint | number): number | bigint;
export type NumberKind = 'integer' | 'float';
export declare function numberKind(value: MetadataValue): NumberKind | undefined;
export declare function isMetadataObject(value: MetadataValue): value is {
    readonly [key: string]: MetadataValue;
};
export declare function isMetadataArray(value: MetadataValue): value is readonly MetadataValue[];
export declare function isSparse(vector: Vector): vector is SparseVector;
export declare function isMulti(vector: Vector): vector is MultiVector;
export declare function isDense(vector: Vector): vector is DenseVector;
export declare function own<Value>(object: Readonly<Record<string, Value>>, key: string): Value | undefined;
export declare function setOwn<Value>(object: Record<string, Value>, key: string, value: Value): void;
export declare function recordKey({ id, namespace, }: {
    readonly id: string;
    readonly namespace?: string | undefined;
}): string;
export declare function recordOfKey(key: string): Pick<VectorRecord, 'id' | 'namespace'> | undefined;
export declare const MOST_LEVELS = 500;
export declare class Unfit {
    readonly reason: string;
    constructor(reason: string);
    static isInstance(value: unknown): value is Unfit;
    toJSON(): string;
}
export declare function unfit(reason: string): MetadataValue;
export declare function tooDeep(): MetadataValue;
export type IdKind = 'uint64' | 'uuid' | 'string';
export declare function idKind(id: string): IdKind;

// spec/room.d.ts
export interface StoreRoom {
    readonly graphLinks?: number | undefined;
    readonly quantizedBits?: number | undefined;
    readonly vectorsInMemory?: boolean | undefined;
    readonly copies?: number | undefined;
    readonly freeMemoryBytes?: number | undefined;
    readonly freeDiskBytes?: number | undefined;
}

// spec/schema.d.ts
import type { IdKind } from './record.ts';
import type { JsonValue, JsonObject } from './json-value.ts';
export declare const METRICS: readonly ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming', 'jaccard'];
export type Metric = (typeof METRICS)[number];
export declare const DATATYPES: readonly ['float64', 'float32', 'float16', 'bfloat16', 'int8', 'uint8', 'bit'];
export type Datatype = (typeof DATATYPES)[number];
export type VectorKind = 'dense' | 'named' | 'sparse' | 'multi';
export type VectorSchema = {
    readonly kind: 'dense';
    readonly dimension?: number | undefined;
    readonly metric?: Metric | undefined;
    readonly datatype?: Datatype | undefined;
} | {
    readonly kind: 'multi';
    readonly dimension?: number | undefined;
    readonly metric?: Metric | undefined;
    readonly datatype?: Datatype | undefined;
} | {
    readonly kind: 'sparse';
    readonly modifier?: 'idf' | undefined;
    readonly dimension?: number | undefined;
};
export type FieldType = 'integer' | 'float' | 'boolean' | 'string' | 'datetime' | 'uuid' | 'integer[]' | 'float[]' | 'boolean[]' | 'string[]' | 'json';
export interface MetadataIndex {
    readonly path: string;
    readonly type: 'keyword' | 'integer' | 'float' | 'boolean' | 'datetime' | 'uuid' | 'text' | 'geo';
    readonly native?: JsonValue | undefined;
}
export interface CollectionSchema {
    readonly name: string;
    readonly vectors: Readonly<Record<string, VectorSchema>>;
    readonly ids?: IdKind | 'int64' | undefined;
    readonly namespaces?: boolean | undefined;
    readonly fields?: Readonly<Record<string, FieldType>> | undefined;
    readonly indexes?: readonly MetadataIndex[] | undefined;
    readonly native?: Readonly<Record<string, JsonObject>> | undefined;
}
export interface LackingSetting {
    readonly setting: string;
    readonly problem?: string | undefined;
}
export interface CollectionDescription extends CollectionSchema {
    readonly restrictions?: Readonly<Record<string, string>> | undefined;
    readonly aliases?: readonly string[] | undefined;
    readonly notes?: readonly string[] | undefined;
    readonly reading?: readonly FieldReading[] | undefined;
    readonly undecided?: readonly string[] | undefined;
    readonly superseded?: {
        readonly records: number;
        readonly detail: string;
    } | undefined;
}
export declare const FIELD_ROLES: readonly ['id', 'vector', 'document', 'uri', 'namespace', 'metadata', 'ignored', 'undecided'];
export type FieldRole = (typeof FIELD_ROLES)[number];
export interface FieldReading {
    readonly field: string;
    readonly role: FieldRole;
    readonly name?: string | undefined;
    readonly unfolded?: boolean | undefined;
    readonly basis: 'declared' | 'named' | 'guessed';
    readonly evidence: string;
    readonly candidates?: readonly string[] | undefined;
    readonly nearTo?: FieldRole | undefined;
}

// spec/uuid.d.ts
export declare function uuidText(digits: string): string;
export declare const uuidNumber: (id: string) => bigint;
export declare const LAST_UUID_NUMBER: bigint;
export declare const numberUuid: (number: bigint) => string;

// spec/v1.d.ts
import type { CallOptions, CountRequest, Match, NamespaceOptions, Partition, QueryRequest, RecordsRequest, RecordsWitness, Rejection, ScanPage, ScanRequest, UpsertOptions, UpsertResult, ValuesWitness, Warning, Witness, WitnessRequest } from './calls.ts';
import type { Capabilities } from './capabilities.ts';
import type { Scope, CountedScope } from './filter.ts';
import type { JsonValue } from './json-value.ts';
import type { CollectionSchema, LackingSetting, CollectionDescription } from './schema.ts';
import type { DenseVector, Vector, VectorRecord } from './record.ts';
import type { StoreRoom } from './room.ts';
export * from './calls.ts';
export * from './capabilities.ts';
export * from './filter.ts';
export * from './json-value.ts';
export * from './room.ts';
export * from './schema.ts';
export interface VectorStoreV1 {
    readonly specificationVersion: 'v1';
    readonly adapter: string;
    readonly location: string;
    readonly capabilities: Capabilities;
    effectiveCapabilities?(options?: CallOptions): Promise<Capabilities>;
    listCollections(options?: CallOptions): Promise<string[]>;
    createCollection(schema: CollectionSchema, options?: CallOptions): Promise<readonly Warning[]>;
    openCollection(name: string, options?: CallOptions): Promise<CollectionV1>;
    room?(schema: CollectionSchema, options?: CallOptions): Promise<StoreRoom>;
    dropCollection?(name: string, options?: CallOptions): Promise<void>;
    close(): Promise<void>;
    [Symbol.asyncDispose]?(): Promise<void>;
}
export interface AdapterModuleV1 {
    openLocation(location: string, options?: LocationOptions): OpenedLocation;
}
export interface LocationOptions {
    readonly apiKey?: string | undefined;
    readonly takeOver?: boolean | undefined;
}
export interface OpenedLocation {
    readonly store: VectorStoreV1;
    readonly collection?: string | undefined;
    readonly namespaces?: readonly string[] | undefined;
}
export interface ReadableCollection {
    readonly name: string;
    describe(options?: CallOptions): Promise<CollectionDescription>;
    identify?(options?: CallOptions): Promise<string | undefined>;
    count(request?: CountRequest, options?: CallOptions): Promise<{
        value: number;
        exact: boolean;
    }>;
    witness?(options?: CallOptions): Promise<Witness | undefined>;
    witnessValues?(request: WitnessRequest, options?: CallOptions): Promise<ValuesWitness | undefined>;
    witnessRecords?(request: RecordsRequest, options?: CallOptions): Promise<RecordsWitness | undefined>;
    listNamespaces?(options?: CallOptions): Promise<string[]>;
    listEmptyNamespaces?(options?: CallOptions): Promise<string[] | undefined>;
    partition?(target: number, request?: CountRequest, options?: CallOptions): Promise<Partition[]>;
    scan(request: ScanRequest, options?: CallOptions): Promise<ScanPage>;
    fetch(ids: readonly string[], options?: NamespaceOptions): Promise<VectorRecord[]>;
    query(request: QueryRequest, options?: CallOptions): Promise<Match[]>;
    listScopes?(path: string, options?: CallOptions): Promise<CountedScope[]>;
    lacks?(schema: CollectionSchema, options?: CallOptions): Promise<LackingSetting[]>;
    wouldReject?(records: readonly VectorRecord[], options?: CallOptions): Promise<readonly Rejection[]>;
}
export interface CollectionV1 extends ReadableCollection {
    upsert(records: readonly VectorRecord[], options?: UpsertOptions): Promise<UpsertResult>;
    delete(ids: readonly string[], options?: NamespaceOptions): Promise<void>;
    makeScope?(scope: Scope, options?: CallOptions): Promise<void>;
    complete?(schema: CollectionSchema, options?: CallOptions): Promise<void>;
    flush?(options?: CallOptions): Promise<void>;
    prepareBulkLoad?(options?: CallOptions): Promise<JsonValue>;
    beginBulkLoad?(token: JsonValue, options?: CallOptions): Promise<void>;
    endBulkLoad?(token: JsonValue, options?: CallOptions): Promise<void>;
}
export type StoreFacts = Pick<VectorStoreV1, 'adapter' | 'capabilities'>;
export type { DenseVector, Vector, VectorRecord };

// store/batches.d.ts
import { type RemoteError } from '../errors.ts';
interface BatchLimits {
    readonly bytes: number;
    readonly items?: number | undefined;
}
export declare function cutBatches<Item>(items: readonly Item[], bytesOf: (item: Item) => number, { bytes: mostBytes, items: most }: BatchLimits): Item[][];
export declare function refusalOf(error: unknown): RemoteError | undefined;
export {};

// store/capabilities.d.ts
import type { Capabilities, MetadataCapabilities } from '../spec/v1.ts';
type Facts = Omit<Partial<Capabilities>, 'metadata'> & {
    readonly metadata?: Partial<MetadataCapabilities>;
};
export declare function defineCapabilities(facts: Facts, base?: Capabilities): Capabilities;
export declare const EVERYTHING: Capabilities;
export {};

// store/cursor-trail.d.ts
import type { Cursor, ScanPage } from '../spec/v1.ts';
export declare class CursorTrail {
    #private;
    constructor(collection: string, from?: Cursor);
    next({ cursor }: Pick<ScanPage, 'cursor'>): Cursor | undefined;
}

// store/described.d.ts
import type { CollectionDescription, MetadataIndex } from '../spec/v1.ts';
type Remarks = Pick<CollectionDescription, 'undecided' | 'notes' | 'aliases'>;
export declare function remarks(lists: Remarks): Remarks;
export declare const PLAIN_INDEX_TYPES: Readonly<Record<string, MetadataIndex['type']>>;
export {};

// store/dimensions.d.ts
import type { ScanPage, ScanRequest, VectorSchema } from '../spec/v1.ts';
export declare function measuredVectors(vectors: Readonly<Record<string, VectorSchema>>, readPage: (request: ScanRequest) => Promise<ScanPage>): Promise<Record<string, VectorSchema>>;

// store/distance.d.ts
import { type DenseVector, type Vector } from '../spec/record.ts';
import type { Metric } from '../spec/v1.ts';
export declare function squaresOf(vector: DenseVector): number;
export declare const lengthOf: (vector: DenseVector) => number;
export declare function distance(metric: Metric, left: Vector, right: Vector): number;
export declare function isZero(vector: DenseVector): boolean;

// store/even-borders.d.ts
export type FindNumber = (from: bigint) => Promise<bigint | undefined>;
export declare function evenBorders(first: bigint, most: bigint, ranges: number, find: FindNumber): Promise<bigint[]>;

// store/fill.d.ts
import type { DenseVector } from '../spec/record.ts';
type Numbers = Float32Array | Float64Array | Uint16Array | Uint32Array | Int8Array | Uint8Array;
export declare function filled<Filled extends Numbers>(numbers: Filled, component: (at: number) => number): Filled;
export declare function floatsOf(list: ArrayLike<unknown>): Float32Array;
export declare function asFloats(vector: DenseVector): Float32Array;
export {};

// store/float32-text.d.ts
import type { DenseVector } from '../spec/record.ts';
export declare function shortestDouble(value: number): number;
export declare function isDouble(value: number): boolean;
export declare function shortestDoubles(vector: DenseVector): number[];
export declare function vectorText(vector: DenseVector): string;
export declare function vectorBase64(vector: DenseVector): string;

// store/if-there.d.ts
export declare function ifThere<Result>(ask: () => Promise<Result>): Promise<Result | undefined>;

// store/location.d.ts
export interface ParsedLocation {
    readonly scheme: string;
    readonly path: string;
    readonly parameters: ReadonlyMap<string, string>;
    readonly query: URLSearchParams;
}
export declare function parseLocation(location: string, knownParameters: readonly string[]): ParsedLocation;

// store/nearest.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { Match, Metric, QueryRequest, ScanPage, ScanRequest, VectorSchema } from '../spec/v1.ts';
export interface Nearest {
    add(records: readonly VectorRecord[]): void;
    matches(): Match[];
}
export declare function createNearest({ vector, using, topK, namespace, filter }: QueryRequest, metric?: Metric): Nearest;
export declare function compareAll(request: QueryRequest, metric: Metric | undefined, readPage: (request: ScanRequest) => Promise<ScanPage>): Promise<Match[]>;
export declare function metricOf(schema: VectorSchema | undefined): Metric | undefined;

// store/only-vector.d.ts
import type { CollectionSchema, Metric, Warning } from '../spec/v1.ts';
interface OnlyVector {
    readonly dimension: number;
    readonly metric: Metric;
    readonly warnings: readonly Warning[];
}
export declare function onlyVector({ name, vectors }: CollectionSchema, adapter: string, nameProblem: string | undefined): OnlyVector;
export {};

// store/option-names.d.ts
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;
export declare function checkOptionNames<Options extends object>(adapter: string, options: Options, names: OptionNames<Options>): void;

// store/pause.d.ts
export declare function pause(ms: number, adapter: string, signal: AbortSignal | undefined): Promise<void>;

// store/read.d.ts
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type FilterShorthand } from '../filter/shorthand.ts';
import type { Metadata, VectorRecord } from '../spec/record.ts';
import type { Partition, ReadableCollection, ScanRequest } from '../spec/v1.ts';
export interface ReadOptions<M = Metadata> {
    readonly filter?: FilterShorthand<M> | undefined;
    readonly namespace?: string | undefined;
    readonly partition?: Partition | undefined;
    readonly limit?: number | undefined;
    readonly include?: ScanRequest['include'] | undefined;
    readonly metadata?: StandardSchemaV1<unknown, M> | undefined;
    readonly signal?: AbortSignal | undefined;
}
export type TypedRecord<M> = Omit<VectorRecord, 'metadata'> & {
    readonly metadata: M;
};
export declare function readPages(collection: ReadableCollection, options?: Omit<ReadOptions, 'metadata'>): AsyncGenerator<readonly VectorRecord[], void, void>;
export declare function readRecords<M = Metadata>(collection: ReadableCollection, options?: ReadOptions<M>): AsyncGenerator<TypedRecord<M>, void, void>;
export declare function checkedMetadata<M>({ id, metadata }: VectorRecord, schema: StandardSchemaV1<unknown, M>): Promise<M>;

// store/record-lines.d.ts
import type { VectorRecord } from '../spec/record.ts';
import type { Rejection } from '../spec/v1.ts';
import { type RecordProblem } from './rejections.ts';
export interface RecordLine {
    readonly record: VectorRecord;
    readonly text: string;
}
export declare function printLines(records: readonly VectorRecord[], print: (record: VectorRecord) => string | RecordProblem): {
    readonly lines: RecordLine[];
    readonly rejected: Rejection[];
};

// store/reduce.d.ts
import type { DenseVector } from '../spec/record.ts';
import type { Datatype } from '../spec/v1.ts';
export declare const REDUCED_DATATYPES: readonly ReducedDatatype[];
export type ReducedDatatype = Exclude<Datatype, 'float64' | 'uint8'>;
export interface Reduction {
    readonly dimensions?: number | undefined;
    readonly datatype?: ReducedDatatype | undefined;
    readonly vector?: string | undefined;
}
export type PlannedReduction = Reduction & {
    readonly vector: string;
};
export declare function checkReduction({ dimensions, datatype }: Reduction): void;
export declare function reduceVector(vector: DenseVector, reduction: Reduction): Float32Array | string;

// store/rejections.d.ts
import type { VectorRecord } from '../spec/record.ts';
import type { Rejection } from '../spec/v1.ts';
export type RecordProblem = Pick<Rejection, 'reason' | 'detail'>;
export declare function isProblem(made: object | string | undefined): made is RecordProblem;
export declare function rejection({ id, namespace }: VectorRecord, { reason, detail }: RecordProblem): Rejection;
export declare function rejectedRows(records: readonly VectorRecord[], make: (record: VectorRecord) => object | string | undefined): Rejection[];

// store/retry.d.ts
import { type RemoteError } from '../errors.ts';
export interface RetryPolicy {
    readonly maxRetries: number;
    readonly retryDelaySeconds: number;
    readonly retryBackoff: number;
    readonly onWait?: ((wait: Wait) => void) | undefined;
}
export interface Wait {
    readonly ms: number;
    readonly asked: boolean;
    readonly error: RemoteError;
}
export declare function withRetry<Result>(operation: () => Promise<Result>, policy: RetryPolicy, signal: AbortSignal | undefined, onRetry?: (error: RemoteError, attempt: number) => void): Promise<Result>;
export declare function isThrottled({ status, retryAfterMs }: RemoteError): boolean;

// store/retrying-store.d.ts
import type { VectorStoreV1 } from '../spec/v1.ts';
import { type RetryPolicy } from './retry.ts';
export declare function retryingStore(store: VectorStoreV1, policy?: RetryPolicy, scans?: 'scans' | 'no-scans'): VectorStoreV1;

// store/scan-places.d.ts
import { VsmError } from '../errors.ts';
import type { Partition } from '../spec/v1.ts';
export declare function invalidCursor(adapter: string, cursor: string, collection: string, cause?: unknown): VsmError;
export declare function invalidPartition(adapter: string, id: string, collection: string, cause?: unknown): VsmError;
export declare function parseTexts(text: string, length: number): string[] | undefined;
export interface KeyRange<Place> {
    readonly from?: Place | undefined;
    readonly to?: Place | undefined;
}
export declare function keyRangeOf<Place>({ id }: Partition, adapter: string, table: string): KeyRange<Place>;

// store/scope.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { CallOptions, CollectionV1, Rejection, Scope, VectorStoreV1 } from '../spec/v1.ts';
interface End {
    readonly collection: string;
    readonly scope?: Scope | undefined;
    readonly adapterOptions?: CallOptions['adapterOptions'];
}
export declare function openEnd(store: VectorStoreV1, { collection, scope, adapterOptions }: End, options?: CallOptions): Promise<CollectionV1>;
export declare function scopedCollection(inner: CollectionV1, scope: Scope): CollectionV1;
export declare function foreign(record: VectorRecord, present: VectorRecord | undefined, { path, value, name }: Scope): Rejection | undefined;
export {};

// store/tables.d.ts
import type { VectorRecord } from '../spec/record.ts';
import type { FieldType, JsonObject, MetadataIndex, Metric, Rejection } from '../spec/v1.ts';
export interface TableManifest {
    readonly vsm: 1;
    readonly vectors: Readonly<Record<string, string>>;
    readonly metrics: Readonly<Record<string, Metric>>;
    readonly namespaces?: boolean | undefined;
    readonly fields?: Readonly<Record<string, FieldType>> | undefined;
    readonly indexes?: readonly MetadataIndex[] | undefined;
    readonly native?: Readonly<Record<string, JsonObject>> | undefined;
}
interface Halving<Row> {
    readonly write: (rows: readonly Row[]) => Promise<void>;
    readonly problemOf?: ((error: unknown) => string | undefined) | undefined;
    readonly rejected: Rejection[];
}
export declare function writeHalving<Row extends {
    readonly record: VectorRecord;
}>(rows: readonly Row[], halving: Halving<Row>): Promise<number>;
export {};

// store/vector-bytes.d.ts
import type { DenseVector } from '../spec/record.ts';
import type { Datatype } from '../spec/v1.ts';
export type ByteDatatype = Exclude<Datatype, 'bit'>;
export declare const BYTES_OF: Readonly<Record<ByteDatatype, number>>;
export declare function vectorFromBytes(bytes: Uint8Array, datatype: ByteDatatype): DenseVector | undefined;
export declare function vectorBytesProblem(vector: DenseVector, datatype: ByteDatatype): string | undefined;
export declare function vectorFromBits(bytes: ArrayLike<number>, length?: number): Float32Array;
export declare function vectorToBytes(vector: DenseVector, datatype: ByteDatatype): Uint8Array;
export declare function fromHalf(bits: number): number;
export declare function toHalf(value: number): number;
export declare function fromBrain(bits: number): number;
export declare function toBrain(value: number): number;

// store/worthwhile-parts.d.ts
export declare const FEW_PARTS = 16;
export declare function worthwhileParts(target: number, records: number, least: number, few?: number): number;
export declare function pageOfRange(about: number, read: number, limit: number): number;

// store/wrap.d.ts
import type { CollectionV1, VectorStoreV1 } from '../spec/v1.ts';
type Verbs = Omit<CollectionV1, 'name'>;
type StoreVerbs = Omit<VectorStoreV1, 'specificationVersion' | 'adapter' | 'location' | 'capabilities'>;
type Changes<Whole> = {
    readonly [Name in keyof Whole]?: (verb: NonNullable<Whole[Name]>) => NonNullable<Whole[Name]>;
};
export type VerbChanges = Changes<Verbs>;
export type StoreVerbChanges = Changes<StoreVerbs>;
export declare function wrapCollection(inner: CollectionV1, changes: VerbChanges): CollectionV1;
export declare function wrapStore(inner: VectorStoreV1, changes: StoreVerbChanges): VectorStoreV1;
export {};

// suggest.d.ts
export declare function suggest(word: string, candidates: readonly string[]): string | undefined;
export declare function didYouMean(word: string, candidates: readonly string[], otherwise: string): string;

// sync/select.d.ts
import { type TargetSide } from '../verify/values.ts';
import type { StoreFacts } from '../spec/v1.ts';
import type { Selected } from '../copy/part.ts';
import type { MappedRecord } from '../mapping/page.ts';
import type { Compared } from '../runs/log.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
export interface SyncCounts extends Compared {
    removed: number;
}
interface SyncSides extends TargetSide {
    readonly plan: MigrationPlan;
    readonly targetStore: StoreFacts;
    readonly computedVector: string | undefined;
}
export declare function differingRecords(sides: SyncSides): (records: readonly MappedRecord[]) => Promise<Selected>;
export {};

// verify/census.d.ts
import type { MigrationPlan } from '../plan/migration-plan.ts';
import { type VectorRecord } from '../spec/record.ts';
export interface CensusSide {
    readonly records: number;
    readonly documents: number;
    readonly uris: number;
    readonly nulls: number;
    readonly vectors: Readonly<Record<string, number>>;
    readonly fields: Readonly<Record<string, number>>;
    readonly namespaces: Readonly<Record<string, number>>;
}
export interface CensusReport {
    readonly source: CensusSide;
    readonly target: CensusSide;
    readonly explained: readonly string[];
    readonly unexplained: readonly string[];
}
export declare class Census {
    #private;
    add(record: VectorRecord): void;
    merge(side: CensusSide): void;
    get side(): CensusSide;
}
export interface CensusContext {
    readonly plan: MigrationPlan;
    readonly transformed: boolean;
    readonly leftOut: number;
}
export declare function compareCensus(source: CensusSide, expected: CensusSide, target: CensusSide, context: CensusContext): CensusReport;

// verify/compare.d.ts
import { type VectorRecord } from '../spec/record.ts';
export interface FieldDifference {
    readonly field: string;
    readonly expected: string;
    readonly actual: string;
}
export type VectorTolerance = 'normalized' | 'normalized-halves' | 'rounded' | 'computed' | 'doubles';
export declare function compareRecords(expected: VectorRecord, actual: VectorRecord, tolerances: ReadonlyMap<string, VectorTolerance>): FieldDifference[];

// verify/comparison.d.ts
import type { IdDigest } from './id-digest.ts';
import { type Sides } from './ids.ts';
import type { SourceReading } from './reading.ts';
import type { RoadsReport } from './roads-report.ts';
import { ValuesPass, type Difference } from './values-pass.ts';
import type { ValuesReport } from './values-witness.ts';
export declare const VERIFY_LEVELS: readonly ['count', 'ids', 'values', 'search'];
export type VerifyLevel = (typeof VERIFY_LEVELS)[number];
export declare const SOURCE_READS: readonly ['once', 'twice'];
export type SourceRead = (typeof SOURCE_READS)[number];
export interface VerifyRun extends Sides {
    readonly rejected?: number | undefined;
    readonly ownTarget?: boolean | undefined;
    readonly level: VerifyLevel;
    readonly sample?: number | undefined;
    readonly compared?: SourceComparison | undefined;
    readonly ofRun?: boolean | undefined;
    readonly copied?: SourceReading | undefined;
    readonly limit?: number | undefined;
}
export interface SourceComparison {
    readonly digest: IdDigest;
    readonly pass: ValuesPass;
    readonly totals: Record<Difference['kind'], number>;
    readonly differences: Difference[];
    readonly copied?: boolean | undefined;
    readonly targetRoads?: RoadsReport | undefined;
    readonly sourceValues?: ValuesReport | undefined;
    readonly equal?: boolean | undefined;
    readonly sourceChanged?: boolean | undefined;
}
export declare function compareSource(run: VerifyRun): Promise<SourceComparison>;
export declare function compareSides(run: VerifyRun, notes: string[]): Promise<SourceComparison>;
export declare function shareOf({ sample, plan }: Pick<VerifyRun, 'sample' | 'plan'>): number;
export declare function collect(found: Pick<SourceComparison, 'totals' | 'differences'> | undefined, limit?: number): Pick<SourceComparison, 'totals' | 'differences'> & {
    readonly report: (difference: Difference) => void;
};

// verify/count.d.ts
import { type Sides } from './ids.ts';
export interface NamespaceCount {
    readonly namespace: string;
    readonly expected: number;
    readonly found: number;
}
export type Tally = ReadonlyMap<string, number> | {
    readonly all: number;
};
export declare const SETTLE_MS = 60000;
export declare const SETTLE_POLL_MS = 500;
export declare function countExpected(sides: Sides): Promise<Tally>;
export declare function settledCount(sides: Sides, digested: Tally): Promise<NamespaceCount[]>;

// verify/each-page.d.ts
import type { ProgressTracker } from '../progress/tracker.ts';
import { type MeasuredPage, type PagePlace, type ScanSettings } from '../scan/pages.ts';
import { type ScanPart } from '../scan/parts.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { ReadableCollection } from '../spec/v1.ts';
interface Reading extends Pick<ScanSettings, 'namespaces' | 'filter' | 'include' | 'witness' | 'retry'> {
    readonly batchSize: number;
    readonly concurrency: number;
    readonly maxBytesInFlight: number;
    readonly bytesPerRecord: number;
    readonly tracker: ProgressTracker;
    readonly side: 'source' | 'target';
    readonly parts?: readonly ScanPart[] | undefined;
    readonly control?: RunControl | undefined;
    readonly signal?: AbortSignal | undefined;
}
export declare function readEachPage(collection: ReadableCollection, reading: Reading, work: (page: MeasuredPage, place: PagePlace) => Promise<void> | void): Promise<void>;
export {};

// verify/id-digest.d.ts
import { type HashedKey } from '../digest/key-hash.ts';
import type { VectorRecord } from '../spec/record.ts';
interface DigestOptions {
    readonly watchDoubles?: boolean | undefined;
    readonly buckets?: number | undefined;
}
export interface KeptDigest {
    readonly counts: string;
    readonly sums: string;
    readonly namespaces: Readonly<Record<string, number>>;
    readonly rejected: number;
}
export declare class IdDigest {
    #private;
    readonly counts: Uint32Array;
    readonly namespaces: Map<string, number>;
    rejected: number;
    constructor({ watchDoubles, buckets }?: DigestOptions);
    get distinct(): boolean;
    add(record: Pick<VectorRecord, 'id' | 'namespace'>, hashed?: HashedKey): void;
    get total(): number;
    differing(other: IdDigest): number[];
    bucketOf(key: string): number;
    merge(other: KeptDigest): void;
    toJSON(): KeptDigest;
}
export {};

// verify/ids.d.ts
import { type MappedRecord } from '../mapping/page.ts';
import type { Pipeline } from '../mapping/pipeline.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { RetryPolicy } from '../store/retry.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { MeasuredPage, PagePlace, ScanSettings } from '../scan/pages.ts';
import type { ScanPart } from '../scan/parts.ts';
import { type VectorRecord } from '../spec/record.ts';
import type { Filter, ReadableCollection, StoreFacts } from '../spec/v1.ts';
import { IdDigest } from './id-digest.ts';
export interface Sides {
    readonly plan: MigrationPlan;
    readonly source: ReadableCollection;
    readonly target: ReadableCollection;
    readonly targetStore: StoreFacts;
    readonly pipeline: Pipeline;
    readonly batchSize: number;
    readonly concurrency: number;
    readonly maxBytesInFlight: number;
    readonly control?: RunControl | undefined;
    readonly retry: RetryPolicy;
    readonly tracker: ProgressTracker;
    readonly signal?: AbortSignal | undefined;
    readonly transformed: boolean;
    readonly absent?: ReadonlySet<string> | undefined;
    readonly doubled?: ReadonlySet<string> | undefined;
    readonly sourceParts?: readonly ScanPart[] | undefined;
    readonly witness?: number | 'all' | undefined;
    readonly digestBuckets?: number | undefined;
}
export interface IdDifference {
    readonly kind: 'missing' | 'extra' | 'doubled' | 'shared';
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly stored: {
        readonly id: string;
        readonly namespace?: string | undefined;
    };
}
export interface IdComparison {
    readonly whole: boolean;
    readonly sourceChanged: boolean;
}
export declare function compareIds(sides: Sides, expected: IdDigest, report: (difference: IdDifference) => Promise<void> | void): Promise<IdComparison>;
export declare function digestExpected(sides: Sides, onRead?: (records: number) => void): Promise<IdDigest>;
export declare function expectedPairs(records: readonly VectorRecord[], { pipeline, absent, doubled }: Sides): Promise<{
    pairs: readonly MappedRecord[];
    rejected: number;
}>;
export declare function changesRecords({ transformed, plan }: Sides): boolean;
export declare function keepsNamespaces(plan: MigrationPlan): boolean;
export declare function targetNamespaces({ plan, targetStore }: Sides): readonly string[] | undefined;
export declare const EVERYTHING: ScanSettings['include'];
export declare function neededForIds(sides: Sides): ScanSettings['include'];
export declare function eachPage(sides: Sides, side: 'source' | 'target', include: ScanSettings['include'], work: (page: MeasuredPage, place: PagePlace) => Promise<void> | void): Promise<void>;
export declare function filterOfTarget(sides: Sides): Filter | undefined;
export declare function selectedInTarget(records: readonly VectorRecord[], sides: Sides): readonly VectorRecord[];
export declare function digestedInTarget(records: readonly VectorRecord[], sides: Sides): readonly VectorRecord[];
export declare function doubledKeys({ doubled, absent }: Pick<Sides, 'doubled' | 'absent'>): readonly string[];
export declare function asCopied<Run extends Sides>(run: Run): Run;

// verify/part-verification.d.ts
import type { ScanPart } from '../scan/parts.ts';
import { type KeptDigest } from './id-digest.ts';
import type { Sides } from './ids.ts';
import { type Difference, type KeptPass } from './values-pass.ts';
import { type SourceComparison, type VerifyRun } from './comparison.ts';
export interface PartVerification {
    readonly digest: KeptDigest;
    readonly pass: KeptPass;
    readonly totals: Readonly<Record<Difference['kind'], number>>;
    readonly differences: readonly Difference[];
}
export declare function compareParts(parts: readonly ScanPart[], run: VerifyRun): Promise<PartVerification>;
export declare function mergeVerifications(verifications: AsyncIterable<PartVerification>, run: Sides): Promise<SourceComparison>;

// verify/reading.d.ts
import { RecordDigest, type DigestForms } from '../digest/record-digest.ts';
import type { CopiedPage, MappedRecord } from '../mapping/page.ts';
import type { PagePlace } from '../scan/pages.ts';
import type { ScanPage } from '../spec/v1.ts';
import { IdDigest } from './id-digest.ts';
import type { Sides } from './ids.ts';
import { ValuesPass } from './values-pass.ts';
export declare class SourceReading {
    #private;
    readonly ids: IdDigest;
    readonly pass: ValuesPass;
    readonly values: RecordDigest | undefined;
    constructor(sides: Sides, of: 'ids' | 'values');
    copied({ mapped, refused, repeated, formless, ...read }: CopiedPage, place: PagePlace): Promise<void>;
    page(read: Pick<ScanPage, 'records' | 'witness'>, place: PagePlace, expected: readonly MappedRecord[], formless: number): Promise<void>;
}
export declare function formsOf({ plan, targetStore, pipeline }: Sides): DigestForms;

// verify/roads-report.d.ts
import type { FieldDifference } from './compare.ts';
export interface RoadDifference extends Omit<FieldDifference, 'expected' | 'actual'> {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly scanned: string;
    readonly fetched: string;
}
export interface OwnRoadDifference extends Omit<FieldDifference, 'expected' | 'actual'> {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly read: string;
    readonly witnessed: string;
}
export interface OwnRoadReport {
    readonly by: string;
    readonly compared: number;
    readonly witnessed: readonly string[];
    readonly unwitnessed: readonly string[];
    readonly differing: number;
    readonly differences: readonly OwnRoadDifference[];
}
export interface RoadsReport {
    readonly side: 'source' | 'target';
    readonly compared: number;
    readonly of: number;
    readonly chosen: string;
    readonly differing: number;
    readonly differences: readonly RoadDifference[];
    readonly own?: OwnRoadReport | undefined;
    readonly problem?: string | undefined;
}
export declare function mergeRoads(reports: readonly RoadsReport[], side: RoadsReport['side'], chosen: string): RoadsReport;
export declare function reportOf(found: Omit<RoadsReport, 'problem'>): RoadsReport;

// verify/search.d.ts
import type { Sides } from './ids.ts';
export interface SearchReport {
    readonly passed: boolean;
    readonly queries: number;
    readonly topK: number;
    readonly overlap: number;
    readonly required: number;
    readonly exact: boolean;
}
export declare function compareSearches(sides: Sides, notes: string[]): Promise<SearchReport | undefined>;

// verify/values-pass.d.ts
import type { MappedRecord } from '../mapping/page.ts';
import type { PagePlace } from '../scan/pages.ts';
import { type VectorRecord } from '../spec/record.ts';
import type { ScanPage } from '../spec/v1.ts';
import { ValueTally, type KeptTally } from '../witness/value-tally.ts';
import { WitnessTally, type KeptWitnesses } from '../witness/witness-tally.ts';
import { type CensusReport, type CensusSide } from './census.ts';
import { type VectorTolerance } from './compare.ts';
import { IdDigest } from './id-digest.ts';
import { type Sides } from './ids.ts';
import { type RoadsReport } from './roads-report.ts';
export interface Difference {
    readonly kind: 'missing' | 'extra' | 'changed';
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly field?: string | undefined;
    readonly expected?: string | undefined;
    readonly actual?: string | undefined;
}
export interface KeptPass {
    readonly read: number | undefined;
    readonly compared: number;
    readonly source: CensusSide;
    readonly expected: CensusSide;
    readonly target: CensusSide;
    readonly sourceTally: KeptTally;
    readonly targetTally: KeptTally;
    readonly sourceWitness?: KeptWitnesses | undefined;
    readonly roads: readonly RoadsReport[];
}
export declare class ValuesPass {
    #private;
    read: number | undefined;
    compared: number;
    readonly sourceTally: ValueTally;
    readonly targetTally: ValueTally;
    readonly sourceWitness: WitnessTally;
    readonly targetWitness: WitnessTally;
    constructor(run: Sides);
    page(read: Pick<ScanPage, 'records' | 'witness'>, place: PagePlace): Promise<void>;
    expect(record: VectorRecord): void;
    found(stored: VectorRecord, decoded: VectorRecord): boolean;
    pair(original: VectorRecord, stored: VectorRecord, decoded: VectorRecord): void;
    roads(): Promise<RoadsReport>;
    merge({ read, compared, source, expected, target, sourceTally, targetTally, sourceWitness, roads }: KeptPass): void;
    keep(): Promise<KeptPass>;
    census({ plan, transformed }: Sides): CensusReport;
}
export declare function compareValues(run: Sides, share: number, report: ReportDifference, pass: ValuesPass): Promise<IdDigest>;
export type ReportDifference = (difference: Difference) => void;
export declare function comparePairs(pairs: readonly MappedRecord[], run: Sides, tolerances: ReadonlyMap<string, VectorTolerance>, report: ReportDifference, onFound: (stored: VectorRecord, decoded: VectorRecord) => void): Promise<void>;
export declare function settledFetch(records: readonly VectorRecord[], run: Sides): Promise<Map<string, VectorRecord>>;

// verify/values-witness.d.ts
import type { ReadableCollection, ValuesWitness } from '../spec/v1.ts';
import type { ValueTally } from '../witness/value-tally.ts';
export interface ValuesReport {
    readonly side: 'source' | 'target';
    readonly by?: string | undefined;
    readonly figures: number;
    readonly witnessed: readonly string[];
    readonly unwitnessed: readonly string[];
    readonly problems: readonly string[];
}
export interface Evidence {
    readonly read: ValueTally;
    readonly carried: ValuesWitness | undefined;
    readonly isCounted: boolean;
    readonly again: () => Promise<ValueTally>;
}
export declare function compareWitness(side: ValuesReport['side'], collection: ReadableCollection, evidence: Evidence, { signal }: {
    readonly signal?: AbortSignal | undefined;
}): Promise<ValuesReport>;
export declare function notWitnessed(side: ValuesReport['side'], reason: string): ValuesReport;

// verify/values.d.ts
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { Capabilities, ReadableCollection, StoreFacts, VectorSchema } from '../spec/v1.ts';
import type { VectorTolerance } from './compare.ts';
export declare function vectorTolerances(plan: MigrationPlan, { capabilities }: StoreFacts, computedVector: string | undefined): ReadonlyMap<string, VectorTolerance>;
export declare function changeOf(vector: VectorSchema, { normalizes, rounds }: Pick<Capabilities, 'normalizes' | 'rounds'>): 'normalized' | 'rounded' | undefined;
export interface TargetSide {
    readonly target: ReadableCollection;
    readonly tracker: ProgressTracker;
    readonly signal?: AbortSignal | undefined;
}
export declare function fetchStored(records: readonly VectorRecord[], { target, tracker, signal }: TargetSide): Promise<Map<string, VectorRecord>>;

// verify/verify.d.ts
import type { CensusReport } from './census.ts';
import { type NamespaceCount } from './count.ts';
import { type SourceRead, type VerifyLevel, type VerifyRun } from './comparison.ts';
import type { RoadsReport } from './roads-report.ts';
import { type SearchReport } from './search.ts';
import { type Difference } from './values-pass.ts';
import type { ValuesReport } from './values-witness.ts';
import type { WitnessReport } from './witness.ts';
export interface VerificationReport {
    readonly passed: boolean;
    readonly level: VerifyLevel;
    readonly sourceRead?: SourceRead | undefined;
    readonly expectedCount: number;
    readonly targetCount: number;
    readonly counts: readonly NamespaceCount[];
    readonly valuesCompared: number;
    readonly confidence?: string | undefined;
    readonly missing: number;
    readonly extra: number;
    readonly changed: number;
    readonly differences: readonly Difference[];
    readonly census?: CensusReport | undefined;
    readonly witnesses: readonly WitnessReport[];
    readonly roads: readonly RoadsReport[];
    readonly values: readonly ValuesReport[];
    readonly search?: SearchReport | undefined;
    readonly notes: readonly string[];
    readonly durationSeconds: number;
}
export declare function verifyRecords(given: VerifyRun): Promise<VerificationReport>;

// verify/witness.d.ts
import type { ReadableCollection, Witness } from '../spec/v1.ts';
export interface WitnessReport {
    readonly side: 'source' | 'target';
    readonly by: string;
    readonly counted: number;
    readonly read: number;
    readonly problem?: string | undefined;
}
export type WitnessWatch = (read: number) => Promise<WitnessReport | undefined>;
export declare function watchWitness(side: WitnessReport['side'], collection: ReadableCollection, signal: AbortSignal | undefined, ask?: () => Promise<Witness | undefined>): Promise<WitnessWatch>;
export declare function watchReading(collection: ReadableCollection, signal: AbortSignal | undefined): Promise<WitnessWatch>;
export declare function watchCount(side: WitnessReport['side'], collection: ReadableCollection, signal: AbortSignal | undefined): Promise<WitnessWatch>;

// witness/record-witness.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { CollectionDescription, Metric, RecordsRequest, WitnessedRecord } from '../spec/v1.ts';
export interface WitnessDifference {
    readonly field: string;
    readonly read: string;
    readonly witnessed: string;
}
export declare function probesFor(records: readonly VectorRecord[], { vectors }: Pick<CollectionDescription, 'vectors'>): RecordsRequest['probes'];
export declare function witnessDifferences(record: VectorRecord, found: WitnessedRecord, probes: RecordsRequest['probes'], metrics: Readonly<Record<string, Metric>>): {
    readonly witnessed: readonly string[];
    readonly differences: readonly WitnessDifference[];
};

// witness/value-tally.d.ts
import { type VectorRecord } from '../spec/record.ts';
import type { ValueFigure } from '../spec/v1.ts';
export interface KeptTally {
    readonly records: number;
    readonly document: KeptValues;
    readonly uri: KeptValues;
    readonly namespaces: Readonly<Record<string, number>>;
    readonly vectors: Readonly<Record<string, readonly number[]>>;
    readonly metadata: Readonly<Record<string, KeptValues>>;
    readonly whole: boolean;
}
type KeptValues = readonly (number | null)[];
export declare class ValueTally {
    #private;
    records: number;
    get keys(): readonly string[];
    get whole(): boolean;
    add({ document, uri, namespace, vectors, metadata }: VectorRecord): boolean;
    figure({ part, name, measure }: Omit<ValueFigure, 'value'>): {
        readonly value: number;
        readonly within: number;
    };
    merge(other: KeptTally): void;
    toJSON(): KeptTally;
}
export {};

// witness/witness-tally.d.ts
import type { ScanPage, ValueFigure, ValuesWitness } from '../spec/v1.ts';
export interface KeptWitnesses {
    readonly without: number;
    readonly by?: string | undefined;
    readonly figures: readonly ValueFigure[];
    readonly unwitnessed: readonly string[];
}
export declare class WitnessTally {
    #private;
    add({ records, witness }: Pick<ScanPage, 'records' | 'witness'>): void;
    merge(kept: KeptWitnesses): void;
    get witness(): ValuesWitness | undefined;
    toJSON(): KeptWitnesses;
}

// witness/witnessed-row.d.ts
import type { JsonObject, JsonValue, WitnessedRecord } from '../spec/v1.ts';
export interface WitnessedPlaces {
    readonly document?: string | false | undefined;
    readonly uri?: string | undefined;
    readonly container?: string | undefined;
    readonly rest?: string | undefined;
    readonly vectors?: ReadonlyMap<string, string> | undefined;
    readonly isIgnored?: ((field: string) => boolean) | undefined;
    readonly isOdd?: ((field: string, value: JsonValue) => boolean) | undefined;
    readonly keyOf?: ((field: string) => string) | undefined;
    readonly dropsNulls?: boolean | undefined;
}
export declare function witnessedRow(row: JsonObject, places: WitnessedPlaces): Pick<WitnessedRecord, 'document' | 'uri' | 'metadata' | 'skipped' | 'vectors'>;
export declare function plainFloats(bytes: Buffer): number[];
