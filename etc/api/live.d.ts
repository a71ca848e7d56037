// actions.d.ts
export type SendGuard = () => void;
export interface WriteActions<Result> {
    readonly source: (guard: SendGuard) => Promise<Result>;
    readonly target: (guard: SendGuard) => Promise<Result>;
    readonly retries?: 'none' | 'client' | undefined;
}

// chroma.d.ts
import type { ChromaClient, Collection } from 'chromadb';
import type { Live } from './live.ts';
import { type CollectionNames, type JournaledOptions } from './sides.ts';
export type { CollectionNames, JournaledOptions } from './sides.ts';
export interface ChromaClientJournaledOptions extends JournaledOptions<ChromaClient> {
    readonly collection: CollectionNames;
}
export declare function journaled<Wrapped extends Collection>(collection: Wrapped, live: Live, options?: JournaledOptions<Collection>): Wrapped;
export declare function journaled<Wrapped extends ChromaClient>(client: Wrapped, live: Live, options: ChromaClientJournaledOptions): Wrapped;

// collection-store.d.ts
import { Document, type DocumentInterface } from '@langchain/core/documents';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { VectorStore } from '@langchain/core/vectorstores';
import { type Filter } from '@vsm/core';
import { type AddOptions } from './langchain-ids.ts';
import type { LiveCollection } from './vsm.ts';
export declare class CollectionStore extends VectorStore {
    #private;
    FilterType: Filter;
    constructor(embeddings: EmbeddingsInterface, collection: LiveCollection);
    _vectorstoreType(): string;
    addDocuments(documents: DocumentInterface[], options?: AddOptions): Promise<string[]>;
    addVectors(vectors: number[][], documents: DocumentInterface[], options?: AddOptions): Promise<string[]>;
    delete(params?: Readonly<Record<string, unknown>>): Promise<void>;
    similaritySearchVectorWithScore(query: number[], k: number, filter?: Filter): Promise<[Document, number][]>;
}

// conditions.d.ts
import { type MoveFacts } from './facts.ts';
import type { Journal } from './journal.ts';
import type { InstanceRow, Phase, PhaseRow } from './model.ts';
export interface Gates {
    readonly samples: number;
    readonly overlap: number;
    readonly errors: number;
}
interface State {
    readonly journal: Journal;
    readonly row: PhaseRow;
    readonly now: number;
    readonly facts: MoveFacts;
    readonly instances: readonly InstanceRow[];
}
interface Wishes {
    readonly gates?: Gates | false | undefined;
    readonly noWayBack?: boolean | undefined;
}
type Condition = (state: State, wishes: Wishes) => string[] | Promise<string[]>;
export declare const CONDITIONS: Partial<Record<Phase, Condition>>;
export {};

// facts.d.ts
import type { OpenWrite, Phase } from './model.ts';
export interface MoveFacts {
    readonly copied?: {
        readonly at: number;
        readonly version: number;
        readonly records: number;
    } | undefined;
    readonly verified?: Verified | undefined;
    readonly sampled?: Sampled | undefined;
    readonly gap?: Gap | undefined;
}
export interface Verified {
    readonly at: number;
    readonly version: number;
    readonly compared: number;
    readonly differing: number;
    readonly ids: readonly string[];
}
export interface Sampled {
    readonly at: number;
    readonly compared: number;
    readonly differing: number;
    readonly ids: readonly string[];
    readonly foundAt?: number | undefined;
}
export interface Gap {
    readonly at: number;
    readonly why: string;
}
export interface BothValues {
    readonly source?: string | undefined;
    readonly target?: string | undefined;
}
export interface DoubtfulWrite extends Omit<OpenWrite, 'at'> {
    readonly at: number;
    readonly answered: boolean;
    readonly values?: Readonly<Record<string, BothValues>> | undefined;
}
export declare function isGapOpen({ gap, verified }: MoveFacts): boolean;
export declare function staleBefore({ copied, gap, sampled }: MoveFacts): number;
export declare function outdatedBy({ verified, gap, sampled }: MoveFacts): string | undefined;
export declare function contradiction(facts: MoveFacts, to: Phase | undefined): string | undefined;

// gap.d.ts
import type { Instance } from './instance.ts';
import type { Journal } from './journal.ts';
import type { PhaseRow, Side } from './model.ts';
import type { WriteActions } from './actions.ts';
interface GapOptions {
    readonly journal: Journal;
    readonly instance: Instance;
    readonly settleMs: Readonly<Record<Side, number>>;
    readonly mostIds: number;
}
export declare class Gap {
    #private;
    constructor(options: GapOptions);
    write<Result>(row: PhaseRow, side: Side, keys: readonly string[], actions: WriteActions<Result>): Promise<Result>;
    tell(): Promise<void>;
}
export declare function tellGap(journal: Journal, why: string): Promise<void>;
export type WhenJournalIsDown = 'refuse-writes' | 'record-gap';
export declare function checkWhenDown(said: unknown): asserts said is WhenJournalIsDown;
export {};

// index.d.ts
export type { WhenJournalIsDown } from './gap.ts';
export { createJournal, type Journal, type JournalOptions } from './journal.ts';
export type { JournalMarks, Refused, Taken } from './journal-marks.ts';
export type { Beat, BeatAnswer, Claim, JournalMembers, Lease, LeaseRequest } from './journal-members.ts';
export type { Attempt, JournalPhases, NextPhase, Seen, Waiting } from './journal-phases.ts';
export type { BothValues, DoubtfulWrite, Gap, MoveFacts, Sampled, Verified } from './facts.ts';
export type { JournalDoubts } from './journal-doubts.ts';
export { joinMove, openJournal, openLive, type Live, type LiveId, type LiveOptions } from './live.ts';
export { PHASES, TIMINGS, type InstanceRow, type KeyedMark, type Mark, type MarkRates, type MoveHeader, type OpenWrite, type Phase, type PhaseRow, type RunnerFigures, type RunnerRow, type ShadowFigures, type Side, type Timings, } from './model.ts';
export { planMove, startMove, type PlanMoveOptions } from './plan-move.ts';
export type { ReadActions } from './read.ts';
export type { RouteStores } from './route.ts';
export type { Keeps, Rule } from './rules.ts';
export { runMove, type RunMoveOptions } from './runner.ts';
export { moveStatus, type ListedRecord, type MoveStatus } from './status.ts';
export type { Gates } from './conditions.ts';
export { back, gone, next, type NextOptions, type StepOutcome } from './steps.ts';
export { postgresTriggers, type TriggerOptions, type Triggers } from './triggers.ts';
export type { SendGuard, WriteActions } from './actions.ts';

// instance.d.ts
import { VsmError } from '@vsm/core';
import type { Clock } from '@vsm/distributed';
import type { Journal } from './journal.ts';
import type { PhaseRow, RunnerFigures, ShadowFigures } from './model.ts';
export interface InstanceOptions {
    readonly journal: Journal;
    readonly clock: Clock;
    readonly name?: string | undefined;
    readonly shadow?: (() => ShadowFigures | undefined) | undefined;
    readonly longestHoldMs?: (() => number) | undefined;
    readonly records?: boolean | undefined;
    readonly onHeard?: (() => Promise<void>) | undefined;
}
export interface Pending {
    readonly version: number;
}
export declare class Instance {
    #private;
    constructor(options: InstanceOptions);
    get seen(): PhaseRow | undefined;
    get figures(): RunnerFigures | undefined;
    get current(): boolean;
    get lapses(): number;
    get away(): boolean;
    start(): Promise<void>;
    phase(): Promise<PhaseRow>;
    renew(): Promise<PhaseRow>;
    enter({ version }: PhaseRow): Pending;
    leave(pending: Pending): void;
    mayLand(): void;
    answered<Result>(asked: Promise<Result>): Promise<Result>;
    close(): Promise<void>;
}
export declare class JournalAway extends VsmError {
    readonly name = "JournalAway";
    constructor({ move }: Journal, cause: unknown);
}

// journal-doubts.d.ts
import type { BothValues, DoubtfulWrite } from './facts.ts';
import { type JournalRows } from './journal-rows.ts';
export interface JournalDoubts {
    doubtful(): AsyncIterable<DoubtfulWrite>;
    keepValues(doubt: DoubtfulWrite, values: ReadonlyMap<string, BothValues>): Promise<void>;
    settleDoubts(keys: ReadonlySet<string>): Promise<number>;
}
export declare function journalDoubts({ storage, space }: JournalRows): JournalDoubts;

// journal-marks.d.ts
import { type JournalRows } from './journal-rows.ts';
import { type KeyedMark, type Mark, type OpenWrite, type PhaseRow, type Side } from './model.ts';
export interface Refused {
    readonly refused: PhaseRow;
}
export type Taken = Pick<KeyedMark, 'key' | 'seq'>;
export interface JournalMarks {
    begin(side: Side, keys: readonly string[], again?: OpenWrite): Promise<OpenWrite | Refused>;
    done(write: OpenWrite, settleMs?: number): Promise<boolean>;
    unanswered(write: OpenWrite): Promise<void>;
    touched(keys: readonly string[]): Promise<void>;
    marks(): AsyncIterable<KeyedMark>;
    anyMarks(): Promise<boolean>;
    marksOf(keys: readonly string[]): Promise<ReadonlyMap<string, Mark>>;
    clear(taken: readonly Taken[], fetched: number): Promise<void>;
    raise(keys: readonly string[]): Promise<void>;
    refuse(taken: readonly (Taken & {
        readonly why: string;
    })[], fetched: number): Promise<void>;
    accept(keys: readonly string[]): Promise<number>;
    left(): AsyncIterable<{
        readonly key: string;
        readonly why: string;
    }>;
    leave(keys: ReadonlyMap<string, string | undefined>): Promise<void>;
    leftOf(keys: readonly string[]): Promise<ReadonlySet<string>>;
    openWrites(): AsyncIterable<OpenWrite>;
}
export declare function journalMarks(rows: JournalRows): JournalMarks;

// journal-members.d.ts
import { type JournalRows } from './journal-rows.ts';
import type { InstanceRow, PhaseRow, RunnerFigures, RunnerRow, ShadowFigures } from './model.ts';
import type { Seen } from './journal-phases.ts';
export interface Beat {
    readonly id: string;
    readonly name: string;
    readonly ack?: number | undefined;
    readonly records?: boolean | undefined;
    readonly longestHoldMs?: number | undefined;
    readonly shadow?: ShadowFigures | undefined;
}
export interface BeatAnswer extends Seen {
    readonly figures: RunnerFigures | undefined;
}
export interface Claim {
    readonly holder: string;
    readonly epoch: number;
}
export interface Lease extends Seen {
    readonly claim?: Claim | undefined;
    readonly waitMs: number;
    readonly row: PhaseRow;
}
export interface LeaseRequest {
    readonly holder: string;
    readonly claim?: Claim | undefined;
    readonly ack?: number | undefined;
    readonly figures?: RunnerFigures | undefined;
}
export interface JournalMembers {
    beat(instance: Beat): Promise<BeatAnswer>;
    leaveInstance(id: string): Promise<void>;
    instances(): Promise<readonly InstanceRow[]>;
    sweep(): Promise<void>;
    lease(request: LeaseRequest): Promise<Lease>;
    copied(claim: Claim, copy: {
        readonly version: number;
        readonly records: number;
    }): Promise<boolean>;
    release(claim: Claim): Promise<void>;
    runner(): Promise<RunnerRow | undefined>;
}
export declare function journalMembers(rows: JournalRows): JournalMembers;

// journal-phases.d.ts
import { type JournalRows } from './journal-rows.ts';
import { type MoveFacts } from './facts.ts';
import type { MoveHeader, Phase, PhaseRow } from './model.ts';
export interface Seen {
    readonly row: PhaseRow;
    readonly now: number;
}
export interface Waiting {
    readonly marks: boolean;
    readonly instances: readonly string[];
    readonly drainer: boolean;
    readonly unverified?: string | undefined;
}
export interface Attempt {
    readonly row: PhaseRow;
    readonly waiting?: Waiting | undefined;
}
export interface NextPhase extends Pick<PhaseRow, 'percent' | 'from' | 'to'> {
    readonly phase: Phase;
    readonly holdMs?: number | undefined;
}
export interface JournalPhases {
    create(header: MoveHeader): Promise<void>;
    header(): Promise<MoveHeader>;
    seen(): Promise<Seen>;
    change(version: number, next: NextPhase): Promise<PhaseRow>;
    fallBack(version: number): Promise<PhaseRow>;
    commit(version: number): Promise<Attempt>;
    facts(): Promise<MoveFacts>;
    setFact<Name extends keyof MoveFacts>(name: Name, value: MoveFacts[Name]): Promise<void>;
}
export declare function journalPhases(rows: JournalRows): JournalPhases;

// journal-rows.d.ts
import type { LedgerStorage } from '@vsm/distributed';
import type { MoveFacts } from './facts.ts';
import type { InstanceRow, PhaseRow, RunnerRow, Timings } from './model.ts';
import type { Keeps } from './rules.ts';
export declare const PHASE = "phase";
export declare const HEADER = "header";
export declare const RUNNER = "runner";
export declare const MARKS = "mark:";
export declare const OPEN = "open:";
export declare const INSTANCES = "instance:";
export declare const LEFT = "left:";
export declare const DOUBTS = "doubt:";
export declare const markKey: (key: string) => string;
export declare const leftKey: (key: string) => string;
export declare const openKey: (id: string) => string;
export declare const doubtKey: (id: string) => string;
export declare const instanceKey: (id: string) => string;
export declare const factKey: (name: keyof MoveFacts) => string;
export declare const keyOf: (row: string) => string;
export declare function spaceOf(move: string): string;
export type Read = (key: string) => string | undefined;
export declare function parse(text: string | undefined): unknown;
export interface JournalRows {
    readonly storage: LedgerStorage;
    readonly space: string;
    readonly move: string;
    readonly timings: Timings;
    readonly keeps: Keeps;
    readonly newName: () => string;
}
export declare function phaseOf(read: Read, { move }: Pick<JournalRows, 'move'>): PhaseRow;
export declare function runnerOf(read: Read): RunnerRow | undefined;
export declare function isGone({ beat, records }: InstanceRow, now: number, { timings, keeps }: Pick<JournalRows, 'timings' | 'keeps'>): boolean;

// journal.d.ts
import type { LedgerStorage } from '@vsm/distributed';
import { type JournalDoubts } from './journal-doubts.ts';
import { type JournalMarks } from './journal-marks.ts';
import { type JournalMembers } from './journal-members.ts';
import { type JournalPhases } from './journal-phases.ts';
import { type Timings } from './model.ts';
import { type Keeps } from './rules.ts';
export interface Journal extends JournalMarks, JournalDoubts, JournalMembers, JournalPhases {
    readonly move: string;
    readonly timings: Timings;
    readonly keeps: Keeps;
    readonly newName: () => string;
    close(): Promise<void>;
}
export interface JournalOptions {
    readonly timings?: Timings | undefined;
    readonly keeps?: Keeps | undefined;
    readonly newName?: (() => string) | undefined;
}
export declare function createJournal(storage: LedgerStorage, move: string, options?: JournalOptions): Journal;

// langchain-ids.d.ts
import type { DocumentInterface } from '@langchain/core/documents';
export interface AddOptions extends Readonly<Record<string, unknown>> {
    readonly ids?: readonly string[] | undefined;
}
export declare function documentIds(documents: readonly DocumentInterface[], options: AddOptions | undefined): string[];
export declare function onlyIds(params: Readonly<Record<string, unknown>> | undefined): string[];

// langchain.d.ts
import { type DocumentInterface } from '@langchain/core/documents';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { VectorStore } from '@langchain/core/vectorstores';
import { CollectionStore } from './collection-store.ts';
import { type AddOptions } from './langchain-ids.ts';
import type { Live } from './live.ts';
import type { LiveCollection } from './vsm.ts';
import type { WriteActions } from './actions.ts';
export interface LangChainStores<Source extends VectorStore, Target extends VectorStore> {
    readonly source: Source;
    readonly target: Target;
    filterInTarget?(filter: Source['FilterType']): Target['FilterType'];
    readonly retries?: WriteActions<unknown>['retries'];
}
export declare function liveVectorStore<Source extends VectorStore, Target extends VectorStore>(live: Live, stores: LangChainStores<Source, Target>): LiveVectorStore<Source>;
export declare function collectionStore(embeddings: EmbeddingsInterface, collection: LiveCollection): CollectionStore;
export declare class LiveVectorStore<Source extends VectorStore = VectorStore> extends VectorStore {
    #private;
    FilterType: Source['FilterType'];
    constructor(live: Live, stores: LangChainStores<VectorStore, VectorStore>);
    _vectorstoreType(): string;
    addDocuments(documents: DocumentInterface[], options?: AddOptions): Promise<string[]>;
    addVectors(vectors: number[][], documents: DocumentInterface[], options?: AddOptions): Promise<string[]>;
    delete(params?: Readonly<Record<string, unknown>>): Promise<void>;
    similaritySearchVectorWithScore(query: number[], k: number, filter?: this['FilterType']): Promise<[DocumentInterface, number][]>;
}

// live.d.ts
import { type Clock, type LedgerStorage } from '@vsm/distributed';
import { type WhenJournalIsDown } from './gap.ts';
import { type Journal } from './journal.ts';
import { type Phase, type Side } from './model.ts';
import type { RecordName } from '@vsm/core/engine';
import { type ReadActions } from './read.ts';
import type { WriteActions } from './actions.ts';
export type LiveId = string | RecordName;
export interface LiveOptions {
    readonly move: string;
    readonly journal: string | LedgerStorage;
    readonly whenJournalIsDown: WhenJournalIsDown;
    readonly name?: string | undefined;
    readonly shadowShare?: number | undefined;
    readonly canaryPatienceMs?: number | undefined;
    readonly mostHeld?: number | undefined;
    readonly mostUntold?: number | undefined;
    readonly clock?: Clock | undefined;
}
export interface Live {
    write<Result>(ids: readonly LiveId[], actions: WriteActions<Result>): Promise<Result>;
    read<Result>(actions: ReadActions<Result>): Promise<Result>;
    touched(ids: readonly LiveId[]): Promise<void>;
    readonly journal: Journal;
    phase(): Phase | undefined;
    serving(): Promise<Side>;
    longestHoldMs(): number;
    close(): Promise<void>;
}
export declare function openLive(options: LiveOptions): Promise<Live>;
export declare function openJournal(place: string, move: string): Promise<Journal>;
export declare function joinMove(journal: Journal, options?: Partial<Omit<LiveOptions, 'move' | 'journal'>>): Promise<Live>;

// model.d.ts
import type { MigrationPlan } from '@vsm/core';
import type { NoWayBack } from '@vsm/core/engine';
export declare const PHASES: readonly ['off', 'journal', 'backfill', 'drain', 'shadow', 'canary', 'switching', 'switched', 'done'];
export type Phase = (typeof PHASES)[number];
export type Side = 'source' | 'target';
export interface PhaseRow {
    readonly phase: Phase;
    readonly version: number;
    readonly since: number;
    readonly percent?: number | undefined;
    readonly from?: Phase | undefined;
    readonly to?: Phase | undefined;
    readonly deadline?: number | undefined;
}
export declare function writesTo({ phase }: Pick<PhaseRow, 'phase'>): Side | undefined;
export declare function readsFrom({ phase, from }: Pick<PhaseRow, 'phase' | 'from'>): Side;
export declare function isMarked({ phase }: Pick<PhaseRow, 'phase'>): boolean;
export declare function drainsFrom({ phase, from }: Pick<PhaseRow, 'phase' | 'from'>): Side | undefined;
export interface Mark {
    readonly seq: string;
    readonly at: number;
    readonly recheck: number;
    readonly open?: Readonly<Record<string, number>> | undefined;
    readonly refused?: string | undefined;
}
export declare function heldUntil({ recheck, open }: Mark): number;
export interface KeyedMark extends Mark {
    readonly key: string;
}
export interface InstanceRow {
    readonly id: string;
    readonly name: string;
    readonly beat: number;
    readonly ack: number;
    readonly ackAt: number;
    readonly records?: boolean | undefined;
    readonly longestHoldMs?: number | undefined;
    readonly shadow?: ShadowFigures | undefined;
}
export interface ShadowFigures {
    readonly samples: number;
    readonly overlap: number;
    readonly missingFirst: number;
    readonly errors: number;
    readonly fallbacks: number;
    readonly sourceMs: readonly [p50: number, p95: number];
    readonly targetMs: readonly [p50: number, p95: number];
}
export interface RunnerRow {
    readonly holder: string;
    readonly epoch: number;
    readonly renewed: number;
    readonly released?: boolean | undefined;
    readonly ack?: number | undefined;
    readonly figures?: RunnerFigures | undefined;
}
export interface MarkRates {
    readonly inPerSecond: number;
    readonly outPerSecond: number;
    readonly drainedInMs?: number | undefined;
    readonly fallsBehind: boolean;
}
export interface RunnerFigures {
    readonly marks: number;
    readonly lagMs: number;
    readonly drained: number;
    readonly refused: number;
    readonly doing: string;
    readonly rates?: MarkRates | undefined;
}
export interface OpenWrite {
    readonly id: string;
    readonly side: Side;
    readonly keys: readonly string[];
    readonly at: number;
}
export interface MoveHeader {
    readonly version: 1;
    readonly move: string;
    readonly createdAt: string;
    readonly plan: MigrationPlan;
    readonly back: MigrationPlan | NoWayBack;
    readonly settleMs: Readonly<Record<Side, number>>;
    readonly timings: Timings;
    readonly places?: {
        readonly source: string;
        readonly target: string;
        readonly migration?: string;
    } | undefined;
}
export interface Timings {
    readonly lease: number;
    readonly late: number;
    readonly poll: number;
    readonly hold: number;
    readonly answer: number;
}
export declare const TIMINGS: Timings;

// pinecone.d.ts
import type { Index, RecordMetadata } from '@pinecone-database/pinecone';
import type { Live } from './live.ts';
export interface PineconeJournaledOptions {
    readonly retries?: 'none' | 'client' | undefined;
}
export declare function journaled<Metadata extends RecordMetadata>(index: Index<Metadata>, live: Live, options?: PineconeJournaledOptions): Index<Metadata>;

// plan-move.d.ts
import { type LossName, type Transform, type VectorStoreV1 } from '@vsm/core';
import type { Journal } from './journal.ts';
import { type MoveHeader, type Timings } from './model.ts';
export interface PlanMoveOptions {
    readonly move: string;
    readonly source: VectorStoreV1;
    readonly target: VectorStoreV1;
    readonly sourceCollection: string;
    readonly targetCollection?: string | undefined;
    readonly transform?: Transform | undefined;
    readonly allowLoss?: readonly LossName[] | undefined;
    readonly replaceTarget?: boolean | undefined;
    readonly timings?: Timings | undefined;
    readonly places?: MoveHeader['places'];
}
export declare function planMove(options: PlanMoveOptions): Promise<MoveHeader>;
export declare function startMove(journal: Journal, header: MoveHeader): Promise<void>;

// qdrant.d.ts
import type { QdrantClient } from '@qdrant/js-client-rest';
import type { Live } from './live.ts';
import { type CollectionNames, type JournaledOptions } from './sides.ts';
export type { CollectionNames, JournaledOptions } from './sides.ts';
export interface QdrantJournaledOptions extends JournaledOptions<QdrantClient> {
    readonly collection: CollectionNames;
}
export declare function journaled<Client extends QdrantClient>(client: Client, live: Live, options: QdrantJournaledOptions): Client;

// read.d.ts
import type { Clock } from '@vsm/distributed';
import type { Instance } from './instance.ts';
import { type ShadowFigures } from './model.ts';
export interface ReadActions<Result> {
    readonly source: () => Promise<Result>;
    readonly target: () => Promise<Result>;
    readonly ids?: ((answer: Result) => readonly string[]) | undefined;
}
export interface ReaderOptions {
    readonly instance: Instance;
    readonly clock: Clock;
    readonly share: number;
    readonly patienceMs: number;
    readonly random: () => number;
}
export declare class Reader {
    #private;
    constructor(options: ReaderOptions);
    figures(): ShadowFigures | undefined;
    read<Result>(actions: ReadActions<Result>): Promise<Result>;
    settle(): Promise<void>;
}

// route.d.ts
import { type CollectionV1, type Transform, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { type NoWayBack, type RecordName } from '@vsm/core/engine';
import type { MoveHeader, Side } from './model.ts';
type Image = {
    readonly kind: 'record';
    readonly original: VectorRecord;
    readonly stored: VectorRecord;
} | {
    readonly kind: 'dropped' | 'refused';
    readonly why: string;
};
export interface Route {
    readonly from: Side;
    readonly target: CollectionV1;
    readonly mostAtOnce: number;
    read(keys: readonly string[]): Promise<ReadonlyMap<string, VectorRecord>>;
    images(records: ReadonlyMap<string, VectorRecord>): Promise<ReadonlyMap<string, Image>>;
    present(keys: readonly string[]): Promise<ReadonlyMap<string, VectorRecord>>;
    readonly nameInTarget: (key: string) => RecordName;
    same(image: Image | undefined, present: VectorRecord | undefined): boolean;
}
export interface Routes {
    readonly there: Route;
    readonly back: Route | NoWayBack;
    readonly source: CollectionV1;
    readonly target: CollectionV1;
}
export declare function routeFrom({ there, back }: Pick<Routes, 'there' | 'back'>, from: Side): Route;
export interface RouteStores {
    readonly source: VectorStoreV1;
    readonly target: VectorStoreV1;
    readonly transform?: Transform | undefined;
}
export declare function openRoutes({ plan, back }: MoveHeader, stores: RouteStores): Promise<Routes>;
export declare function nameOf(key: string): RecordName;
export {};

// rules.d.ts
export declare const RULES: readonly [
'seq-at-done', 
'seq-at-raise', 
'seq-anew', 
'done-remakes', 
'raise-remakes', 
'begin-first', 
'begin-fenced', 
'sent-in-time', 
'from-sending', 
'begin-repeated', 
'failed-not-done', 
'done-keeps-others', 
'clear-by-seq', 
'clear-taken-settled', 
'clear-by-fetch', 
'one-drain', 
'failed-raised', 
'raise-insists', 
'one-drainer', 
'new-waits', 
'restarted-is-new', 
'lease-checked', 
'same-lease', 
'copied-by-lease', 
'drain-after-copy', 
'pause-after-copy', 
'renewed', 
'records-stay', 
'gap-pending', 
'gap-told', 
'instances-acknowledge', 
'pending-counts', 
'gone-late', 
'no-marks', 
'drainer-acknowledges', 
'held-asks', 
'gap-verified', 
'gap-before-back', 
'gap-at-barrier', 
'gap-late', 
'pause-before-copy'];
export type Rule = (typeof RULES)[number];
export type Keeps = (rule: Rule) => boolean;
export declare const KEEPS_ALL: Keeps;

// runner.d.ts
import type { CheckpointStore, RunObserver } from '@vsm/core';
import { type Clock } from '@vsm/distributed';
import type { Journal } from './journal.ts';
import { type RouteStores } from './route.ts';
export interface RunMoveOptions {
    readonly journal: Journal;
    readonly stores: RouteStores;
    readonly signal: AbortSignal;
    readonly holder?: string | undefined;
    readonly clock?: Clock | undefined;
    readonly checkpoints?: string | CheckpointStore | false | undefined;
    readonly maxRecordsPerSecond?: number | undefined;
    readonly batchSize?: number | undefined;
    readonly maxRetries?: number | undefined;
    readonly observer?: RunObserver | undefined;
    readonly verifyEveryMs?: number | undefined;
    readonly sampleEveryMs?: number | undefined;
    readonly onDoing?: ((doing: string) => void) | undefined;
    readonly onProblem?: ((problem: unknown) => void) | undefined;
}
export declare function runMove(options: RunMoveOptions): Promise<void>;

// sides.d.ts
import type { Live, LiveId } from './live.ts';
import type { Side } from './model.ts';
import type { ReadActions } from './read.ts';
import type { WriteActions } from './actions.ts';
export interface JournaledOptions<Client> {
    readonly side?: Side | undefined;
    readonly other?: (() => Client | Promise<Client>) | undefined;
}
export type CollectionNames = string | Readonly<Record<Side, string>>;
export declare function nameIn(names: CollectionNames, side: Side): string;
export interface SidesOptions<Client> extends JournaledOptions<Client> {
    readonly live: Live;
    readonly client: Client;
    readonly retries?: WriteActions<unknown>['retries'];
    readonly bySourceName?: boolean | undefined;
}
type Send<Client, Result> = (client: Client, side: Side) => Promise<Result>;
export declare class Sides<Client> {
    #private;
    constructor(options: SidesOptions<Client>);
    write<Result>(ids: readonly LiveId[], send: Send<Client, Result>): Promise<Result>;
    read<Result>(send: Send<Client, Result>, ids?: ReadActions<Result>['ids']): Promise<Result>;
    serving(): Promise<{
        readonly client: Client;
        readonly side: Side;
    }>;
}
export {};

// status.d.ts
import type { Journal } from './journal.ts';
import { type InstanceRow, type OpenWrite, type PhaseRow, type RunnerRow } from './model.ts';
import type { DoubtfulWrite, MoveFacts } from './facts.ts';
export interface MoveStatus {
    readonly move: string;
    readonly now: number;
    readonly phase: PhaseRow;
    readonly instances: readonly InstanceRow[];
    readonly runner: RunnerRow | undefined;
    readonly facts: MoveFacts;
    readonly marks: number;
    readonly held: number;
    readonly refused: readonly ListedRecord[];
    readonly left: readonly ListedRecord[];
    readonly doubtful: readonly DoubtfulWrite[];
    readonly unanswered: readonly OpenWrite[];
}
export interface ListedRecord {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly why: string;
}
export declare function moveStatus(journal: Journal): Promise<MoveStatus>;

// steps.d.ts
import { type Clock } from '@vsm/distributed';
import type { Journal } from './journal.ts';
import { type Gates } from './conditions.ts';
import type { PhaseRow } from './model.ts';
export interface StepOutcome {
    readonly row: PhaseRow;
    readonly blocked: readonly string[];
}
export interface NextOptions {
    readonly percent?: number | undefined;
    readonly gates?: Gates | false | undefined;
    readonly noWayBack?: boolean | undefined;
    readonly clock?: Clock | undefined;
}
export declare function next(journal: Journal, options?: NextOptions): Promise<StepOutcome>;
export declare function back(journal: Journal, { clock }?: Pick<NextOptions, 'clock'>): Promise<StepOutcome>;
export declare function gone(journal: Journal, instance: string): Promise<StepOutcome>;

// triggers.d.ts
export interface TriggerOptions {
    readonly move: string;
    readonly table: string;
    readonly id: string;
    readonly namespace?: string | undefined;
}
export interface Triggers {
    readonly install: string;
    readonly remove: string;
}
export declare function postgresTriggers({ move, table, id, namespace }: TriggerOptions): Triggers;

// vsm.d.ts
import { type CollectionV1 } from '@vsm/core';
import type { Live } from './live.ts';
import { type RouteStores } from './route.ts';
export type LiveCollection = Pick<CollectionV1, 'name' | 'upsert' | 'delete' | 'fetch' | 'query'>;
export declare function liveCollection(live: Live, stores: RouteStores): Promise<LiveCollection>;
export declare function targetCollection(live: Live, stores: RouteStores): Promise<LiveCollection>;
