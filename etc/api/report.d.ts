// file.d.ts
import type { ReportDocument } from './model.ts';
import { type Redactor } from './redact/redactor.ts';
export declare function reportHtml(document: ReportDocument, redactor?: Redactor): string;
export declare function checkReportPath(path: string): Promise<void>;
export declare function writeReport(path: string, document: ReportDocument, redactor?: Redactor): Promise<void>;

// format.d.ts
export declare function count(value: number): string;
export declare function plural(value: number, one: string, many?: string): string;
export declare function duration(seconds: number): string;
export declare function milliseconds(value: number): string;
export declare function bytes(value: number): string;
export declare function percent(share: number): string;
export declare function dateTime(iso: string): string;
export declare function shorten(text: string): string;

// html/html.d.ts
export declare class Markup {
    readonly text: string;
    constructor(text: string);
    toString(): string;
}
export type Content = Markup | string | number | undefined | readonly Content[];
export declare function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup;

// index.d.ts
export { checkReportPath, reportHtml, writeReport } from './file.ts';
export { failureOf, type Failure, type JudgedSearch, type LabelledSearch, type MeanFigure, type ReportDocument, type ReportRun, type RunOutcome, } from './model.ts';
export * from './text/index.ts';

// live/index.d.ts
export { LivePage, type LiveOptions } from './server.ts';
export { StatusPage, type StatusPageOptions, type StatusTable, type StatusView } from './status-page.ts';

// live/server.d.ts
import type { MigrationProgress, RunControl } from '@vsm/core';
import { type LiveState } from './view.ts';
import type { ReportDocument } from '../model.ts';
import { type Redactor } from '../redact/redactor.ts';
export interface LiveOptions {
    readonly command: string;
    readonly control: RunControl;
    readonly stop: (reason: Error) => void;
    readonly redactor?: Redactor | undefined;
}
export declare class LivePage {
    #private;
    private constructor();
    static open(options: LiveOptions): Promise<LivePage>;
    get url(): string;
    begin({ source, target, collection }: Pick<LiveState, 'source' | 'target' | 'collection'>): void;
    show(progress: MigrationProgress): void;
    end(document: ReportDocument): Promise<void>;
}

// live/status-page.d.ts
import { type Redactor } from '../redact/redactor.ts';
export interface StatusTable {
    readonly caption: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
}
export interface StatusView {
    readonly status: string;
    readonly tables: readonly StatusTable[];
}
export interface StatusPageOptions {
    readonly command: string;
    readonly first: StatusView;
    readonly redactor?: Redactor | undefined;
}
export declare class StatusPage {
    #private;
    private constructor();
    static open(options: StatusPageOptions): Promise<StatusPage>;
    get url(): string;
    show(view: StatusView): void;
    end(): Promise<void>;
}

// live/view.d.ts
import type { MigrationProgress, TimelinePoint } from '@vsm/core';
import { type Markup } from '../html/html.ts';
export interface LiveState {
    readonly source: string;
    readonly target: string;
    readonly collection?: string | undefined;
    readonly progress: MigrationProgress | undefined;
    readonly timeline: readonly TimelinePoint[];
    readonly paused: boolean;
    readonly stopping: boolean;
    readonly resumed: boolean;
}
export declare function liveStatus({ progress, paused, stopping }: LiveState): string;
export declare function liveView(state: LiveState): Markup;

// model.d.ts
import { type MigrationPlan, type MigrationResult, type VerificationReport, type VsmErrorCode } from '@vsm/core';
export interface ReportDocument {
    readonly command: string;
    readonly runs: readonly ReportRun[];
    readonly settings: Readonly<Record<string, unknown>>;
    readonly createdAt: string;
    readonly version: string;
}
export interface ReportRun {
    readonly source: string;
    readonly target: string;
    readonly collection?: string | undefined;
    readonly outcome: RunOutcome;
}
export interface MeanFigure {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
}
export interface LabelledSearch {
    readonly recall: MeanFigure;
    readonly mrr: MeanFigure;
    readonly ndcg: MeanFigure;
}
export interface JudgedSearch {
    readonly passed: boolean;
    readonly failures: readonly string[];
    readonly least: {
        readonly overlap: number | undefined;
        readonly recall: number | undefined;
    };
    readonly queries: number;
    readonly unasked: number;
    readonly queriesFrom: 'given' | 'sampled records';
    readonly topK: number;
    readonly records: {
        readonly source: number;
        readonly target: number;
    };
    readonly overlap: MeanFigure;
    readonly missingAt1: number;
    readonly rankCorrelation: MeanFigure | undefined;
    readonly distribution: readonly number[];
    readonly slices: readonly {
        readonly slice: string;
        readonly queries: number;
        readonly overlap: MeanFigure;
    }[];
    readonly labelled: {
        readonly queries: number;
        readonly source: LabelledSearch;
        readonly target: LabelledSearch;
    } | undefined;
    readonly worst: readonly {
        readonly name: string;
        readonly text: string | undefined;
        readonly overlap: number;
        readonly source: readonly string[];
        readonly target: readonly string[];
    }[];
}
export type RunOutcome = {
    readonly kind: 'migrated';
    readonly result: MigrationResult;
    readonly judgement?: JudgedSearch | undefined;
} | {
    readonly kind: 'judged';
    readonly judgement: JudgedSearch;
} | {
    readonly kind: 'verified';
    readonly verification: VerificationReport;
} | {
    readonly kind: 'failed';
    readonly failure: Failure;
    readonly plan?: MigrationPlan | undefined;
};
export interface Failure {
    readonly code: VsmErrorCode | undefined;
    readonly message: string;
    readonly resumable: string | undefined;
}
export declare function failureOf(error: unknown): Failure;

// redact/index.d.ts
export { maskLocation, secretsIn, withoutMasks } from './location.ts';
export { isSecretName, isSecretParameter } from './names.ts';
export { line, printable, printableLines } from './printable.ts';
export { createRedactor, type Redactor, type RedactorOptions } from './redactor.ts';

// redact/location.d.ts
export declare const MASK = "***";
export declare function maskLocation(location: string): string;
export declare function withoutMasks(location: string): string;
export declare function secretsIn(location: string): string[];

// redact/names.d.ts
export declare function isSecretName(name: string): boolean;
export declare function isSecretParameter(name: string): boolean;

// redact/printable.d.ts
export declare function printable(text: string): string;
export declare function printableLines(text: string): string;
export declare function line(strings: TemplateStringsArray, ...values: readonly (string | number | undefined)[]): string;

// redact/redactor.d.ts
export interface RedactorOptions {
    readonly known?: Iterable<string> | undefined;
    readonly environment?: NodeJS.ProcessEnv | undefined;
}
export interface Redactor {
    readonly data: (text: string) => string;
    readonly text: (text: string) => string;
    readonly document: <Value>(value: Value) => Value;
}
export declare function createRedactor({ known, environment }?: RedactorOptions): Redactor;

// text/collection.d.ts
import type { CollectionReport } from '@vsm/core';
export declare function collectionText(report: CollectionReport): string;

// text/estimate.d.ts
import type { MigrationEstimate } from '@vsm/core';
export declare function estimateText(estimate: MigrationEstimate): string;

// text/index.d.ts
export { bytes, count, duration } from '../format.ts';
export { collectionText } from './collection.ts';
export { estimateText } from './estimate.ts';
export { migrationText, rejectionLines } from './migration.ts';
export { planText } from './plan.ts';
export { progressFigures, progressLine } from './progress.ts';
export { trafficLines } from './traffic.ts';
export { verificationLines } from './verification.ts';

// text/migration.d.ts
import type { MigrationResult, Rejection } from '@vsm/core';
export declare function migrationText(result: MigrationResult): string;
export declare function rejectionLines(rejected: readonly Pick<Rejection, 'id' | 'reason' | 'detail'>[]): string[];

// text/plan.d.ts
import type { MigrationPlan, PlannedReduction } from '@vsm/core';
export declare function planText(plan: MigrationPlan): string;
export declare function reductionText({ vector, dimensions, datatype }: PlannedReduction): string;

// text/progress.d.ts
import type { MigrationProgress } from '@vsm/core';
export declare function progressFigures(progress: MigrationProgress): string[];
export declare function progressLine(progress: MigrationProgress, title: string): string;

// text/traffic.d.ts
import type { Traffic } from '@vsm/core';
export declare function trafficLines({ source, target, basis }: Traffic, adapters: {
    readonly source: string;
    readonly target: string;
}): string[];

// text/verification.d.ts
import type { VerificationReport } from '@vsm/core';
export declare function verificationLines(report: VerificationReport): string[];
export declare function chosenOf({ compared, of, chosen }: VerificationReport['roads'][number]): string;
