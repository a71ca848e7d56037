// choose-key.d.ts
import type { Column } from './column.ts';
import { type KeyPart } from './key.ts';
import type { TableFacts, UniqueKey } from './facts.ts';
export interface ChosenKey {
    readonly id: readonly KeyPart[];
    readonly key: readonly KeyPart[];
    readonly conflict: readonly string[] | undefined;
    readonly replacesByDeleting: boolean;
    readonly notes: readonly string[];
}
export declare function declaredKey(facts: TableFacts): UniqueKey | undefined;
interface WantedId {
    readonly columns: readonly Column[];
    readonly named: boolean;
    readonly namespace: Column | undefined;
    readonly numbered?: Column | undefined;
}
export declare function chooseKey(facts: TableFacts, { columns: id, named, namespace, numbered }: WantedId): ChosenKey | string;
export {};

// column.d.ts
import { type FieldType, type Metric, type VectorSchema } from '@vsm/core/adapter';
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
export interface Latest {
    readonly of: Column;
    readonly by: Column;
}

// foreign-table.d.ts
import { type ReadingOptions } from '@vsm/core/adapter';
import type { TableFacts } from './facts.ts';
import type { TableLayout } from './layout.ts';
export interface ColumnChoices extends ReadingOptions {
    readonly container?: string | undefined;
    readonly searchVector?: Readonly<Record<string, string>> | undefined;
}
export interface GivenChoices extends ColumnChoices {
    readonly usual?: UsualColumns | undefined;
}
export type UsualColumns = Pick<ColumnChoices, 'document' | 'container' | 'searchVector'> & {
    readonly id?: string | undefined;
    readonly latest?: string | undefined;
};
export declare function understandForeign(facts: TableFacts, choices: GivenChoices): TableLayout | string;

// index.d.ts
export type { PgvectorOptions, SqlClient } from './options.ts';
export type { ColumnChoices } from './foreign-table.ts';
export { createPgvector } from './pgvector.ts';
export { openLocation } from './location.ts';

// key.d.ts
import type { Column } from './column.ts';
import { type AsText, type Parameters } from './sql.ts';
export interface KeyPart {
    readonly expression: string;
    readonly type: string;
    readonly column?: Column | undefined;
}
export declare function columnKey(column: Column): KeyPart;
export declare function keyTexts(parts: readonly KeyPart[], alias: string, asText: AsText): string[];
export declare function idOf(texts: readonly string[]): string;
export declare function splitId(id: string, parts: readonly KeyPart[]): readonly string[] | undefined;
export declare function idProblem(id: string, parts: readonly KeyPart[]): string | undefined;
export declare function compareKey(parts: readonly KeyPart[], operator: '>' | '>=' | '<', texts: readonly string[], parameters: Parameters): string;
export declare function idIsOneOf(ids: readonly string[], parts: readonly KeyPart[], parameters: Parameters): string;
export declare function parseCursor(cursor: string, parts: readonly KeyPart[]): readonly string[];

// layout.d.ts
import type { FieldReading } from '@vsm/core/adapter';
import type { ChosenKey } from './choose-key.ts';
import type { Column } from './column.ts';
import type { Latest } from './facts.ts';
export interface TableLayout extends ChosenKey {
    readonly namespace: Column | undefined;
    readonly latest?: Latest | undefined;
    readonly vectors: Readonly<Record<string, Column>>;
    readonly zeros: Column | undefined;
    readonly document: Column | undefined;
    readonly uri: Column | undefined;
    readonly metadata: Column | undefined;
    readonly fields: readonly Column[];
    readonly computed: readonly Column[];
    readonly searchVectors?: readonly {
        readonly column: Column;
        readonly language: string | undefined;
    }[] | undefined;
    readonly unfilled: readonly Column[];
    readonly reading?: readonly FieldReading[] | undefined;
    readonly undecided?: readonly string[] | undefined;
}

// location.d.ts
import { type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string): OpenedLocation;

// options.d.ts
import { type CallOptions } from '@vsm/core/adapter';
import type { ColumnChoices, GivenChoices } from './foreign-table.ts';
export interface SqlClient {
    query(sql: string, parameters?: unknown[]): Promise<{
        rows: unknown[];
    }>;
}
export interface PgvectorOptions extends ColumnChoices {
    readonly url?: string | undefined;
    readonly dataDir?: string | undefined;
    readonly client?: SqlClient | undefined;
    readonly schema?: string | undefined;
    readonly visibleRowsOnly?: boolean | undefined;
    readonly snapshot?: boolean | undefined;
}
export declare function choicesOfCall({ adapterOptions }?: CallOptions): GivenChoices;
export declare function choicesOf({ id, vector, document, uri, namespace, metadata, ignore, container, }: PgvectorOptions): ColumnChoices;
export declare function locationOf(options: PgvectorOptions): string;

// pgvector.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type PgvectorOptions } from './options.ts';
export declare function createPgvector(options: PgvectorOptions): DisposableStore;

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
export type AsText = (expression: string) => string;
export declare const plainText: AsText;
export declare const marked: AsText;
