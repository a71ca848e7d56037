// choose-key.d.ts
import type { Column } from './column.ts';
import { type KeyPart } from './key.ts';
import type { TableFacts } from './facts.ts';
export interface ChosenKey {
    readonly id: readonly KeyPart[];
    readonly key: readonly KeyPart[];
    readonly conflict: readonly string[] | undefined;
    readonly notes: readonly string[];
}
export declare function chooseKey(facts: TableFacts, namespace: Column | undefined, choice: string | undefined): ChosenKey | string;

// column.d.ts
import type { FieldType, Metric, VectorSchema } from '@vsm/core/adapter';
export interface Column {
    readonly name: string;
    readonly type: string;
    readonly base: string;
    readonly notNull: boolean;
    readonly hasDefault: boolean;
    readonly generated: boolean;
    readonly identity: string;
    readonly serial: boolean;
    readonly searched: boolean;
}
export type VectorType = 'vector' | 'halfvec' | 'sparsevec' | 'bit';
export declare const MAX_SPARSE_DIMENSION = 1000000000;
export declare function vectorTypeOf(column: Column): {
    type: VectorType;
    dimension: number | undefined;
} | undefined;
export declare function isVector(column: Column, known: ReadonlySet<string>): boolean;
export declare function schemaOfColumn(column: Column, metric: Metric | undefined): VectorSchema;
export declare const OPERATORS: Readonly<Record<Metric, string>>;
export declare function metricOfOperatorClass(name: string): Metric | undefined;
export declare function operatorClass(type: VectorType, metric: Metric): string | undefined;
export declare function isFloatColumn({ base }: Pick<Column, 'base'>): boolean;
export declare function fieldTypeOf({ base }: Pick<Column, 'base'>): FieldType | undefined;

// facts.d.ts
import type { Column } from './column.ts';
export interface TableFacts {
    readonly columns: readonly Column[];
    readonly keys: readonly UniqueKey[];
    readonly hasRowPlaces: boolean;
    readonly severalTables: boolean;
}
export interface UniqueKey {
    readonly primary: boolean;
    readonly columns: readonly string[];
}

// index.d.ts
export type { PgvectorOptions, SqlClient } from './options.ts';
export type { ColumnChoices } from './table.ts';
export { createPgvector } from './pgvector.ts';
export { openLocation } from './location.ts';

// key.d.ts
import type { Column } from './column.ts';
import { type Parameters } from './sql.ts';
export interface KeyPart {
    readonly expression: string;
    readonly type: string;
    readonly column?: Column | undefined;
}
export declare function columnKey(column: Column): KeyPart;
export declare function keyTexts(parts: readonly KeyPart[], alias: string): string[];
export declare function idOf(texts: readonly string[]): string;
export declare function splitId(id: string, parts: readonly KeyPart[]): readonly string[] | undefined;
export declare function idProblem(id: string, parts: readonly KeyPart[]): string | undefined;
export declare function compareKey(parts: readonly KeyPart[], operator: '>' | '>=' | '<', texts: readonly string[], parameters: Parameters): string;
export declare function idIsOneOf(ids: readonly string[], parts: readonly KeyPart[], parameters: Parameters): string;
export declare function parseCursor(cursor: string, parts: readonly KeyPart[]): readonly string[];

// location.d.ts
import { type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string): OpenedLocation;

// options.d.ts
import type { ColumnChoices } from './table.ts';
export interface SqlClient {
    query(sql: string, parameters?: unknown[]): Promise<{
        rows: unknown[];
    }>;
}
export interface PgvectorOptions {
    readonly url?: string | undefined;
    readonly dataDir?: string | undefined;
    readonly client?: SqlClient | undefined;
    readonly schema?: string | undefined;
    readonly columns?: ColumnChoices | undefined;
    readonly visibleRowsOnly?: boolean | undefined;
    readonly snapshot?: boolean | undefined;
}
export declare function locationOf(options: PgvectorOptions): string;

// pgvector.d.ts
import { type VectorStoreV1 } from '@vsm/core/adapter';
import { type PgvectorOptions } from './options.ts';
export declare function createPgvector(options: PgvectorOptions): VectorStoreV1;

// sql.d.ts
export declare function identifier(name: string): string;
export declare function literal(text: string): string;
export declare const MAX_IDENTIFIER_BYTES = 63;
export interface BinaryArray {
    readonly arrayOid: number;
    readonly bytes: Buffer;
}
export type Parameter = string | number | boolean | null | readonly (string | null)[] | BinaryArray;
export declare function isBinary(value: Parameter): value is BinaryArray;
export declare class Parameters {
    readonly values: Parameter[];
    add(value: Parameter): string;
}
export declare function where(conditions: readonly string[]): string;

// table.d.ts
import type { JsonObject, FieldType, MetadataIndex, Metric } from '@vsm/core/adapter';
import { type Column } from './column.ts';
import { type ChosenKey } from './choose-key.ts';
import type { TableFacts } from './facts.ts';
export interface TableLayout extends ChosenKey {
    readonly namespace: Column | undefined;
    readonly vectors: Readonly<Record<string, Column>>;
    readonly zeros: Column | undefined;
    readonly document: Column | undefined;
    readonly metadata: Column | undefined;
    readonly fields: readonly Column[];
    readonly unfilled: readonly Column[];
    readonly notes: readonly string[];
}
export interface TableManifest {
    readonly vsm: 1;
    readonly vectors: Readonly<Record<string, string>>;
    readonly metrics: Readonly<Record<string, Metric>>;
    readonly namespaces?: boolean | undefined;
    readonly fields?: Readonly<Record<string, FieldType>> | undefined;
    readonly indexes?: readonly MetadataIndex[] | undefined;
    readonly native?: Readonly<Record<string, JsonObject>> | undefined;
}
export interface ColumnChoices {
    readonly id?: string | undefined;
    readonly document?: string | undefined;
    readonly metadata?: string | undefined;
    readonly namespace?: string | undefined;
}
export declare const ZEROS_COLUMN = "__vsm_zeros";
export declare function understandTable(facts: TableFacts, manifest: TableManifest | undefined, choices: ColumnChoices): TableLayout | string;
export declare function writeProblem({ conflict, unfilled }: TableLayout): string | undefined;
export declare function needs({ document, vectors, fields }: TableLayout): string[];
export declare function readManifest(comment: string | null): TableManifest | undefined;
