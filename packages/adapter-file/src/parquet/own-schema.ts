import type { SchemaElement } from 'hyparquet';
import { own, type FieldLayout, type VectorSchema } from '@vsm/core/adapter';
import type { FieldKind } from '../field-kinds.ts';
import type { OwnLayout } from '../manifest.ts';

/** Under which our files carry their layout in the footer. */
export const OWN_KEY = 'vsm';

/** The columns of one of our files: what people look for first, vectors, metadata fields, and JSON for everything else. */
export function schemaElements(layout: OwnLayout, namespaces: boolean): SchemaElement[] {
  const columns: SchemaElement[][] = [
    [{ ...text('id'), repetition_type: 'REQUIRED' }],
    ...(namespaces ? [[text('namespace')]] : []),
    ...Object.entries(layout.vectors).map(([name, column]) => vector(column, own(layout.schema.vectors, name))),
    ...layout.texts.map((name) => [text(name)]),
    ...Object.entries(layout.fields).map(([key, kind]) => field(key, kind)),
    ...(layout.rest ? [[layout.restAsText === true ? text('metadata') : json('metadata')]] : []),
  ];
  return [{ name: 'schema', repetition_type: 'REQUIRED', num_children: columns.length }, ...columns.flat()];
}

/** How a file of ours is read. */
export function ownLayout({ schema, vectors, fields, texts, rest }: OwnLayout, namespaces: boolean): FieldLayout {
  return {
    id: ['id'],
    namespace: namespaces ? 'namespace' : undefined,
    document: texts.find((name) => name === 'document'),
    uri: texts.find((name) => name === 'uri'),
    vectors: Object.entries(vectors).map(([name, column]) => ({
      name,
      column,
      kind: own(schema.vectors, name)?.kind ?? 'dense',
    })),
    fields: Object.entries(fields).map(([key, kind]) => ({ column: key, key, type: kind })),
    metadata: rest ? 'metadata' : undefined,
  };
}

function leaf(name: string, type: NonNullable<SchemaElement['type']>): SchemaElement {
  return { name, type, repetition_type: 'OPTIONAL' };
}

function json(name: string): SchemaElement {
  return { ...leaf(name, 'BYTE_ARRAY'), converted_type: 'JSON', logical_type: { type: 'JSON' } };
}

function text(name: string): SchemaElement {
  return { ...leaf(name, 'BYTE_ARRAY'), converted_type: 'UTF8', logical_type: { type: 'STRING' } };
}

function field(key: string, kind: FieldKind): SchemaElement[] {
  switch (kind) {
    case 'string':
      return [text(key)];
    case 'boolean':
      return [leaf(key, 'BOOLEAN')];
    case 'integer':
      return [leaf(key, 'INT64')];
    case 'float':
      return [leaf(key, 'DOUBLE')];
    case 'string[]':
      return list(key, 'OPTIONAL', [text('element')]);
  }
}

function list(name: string, repetition: 'OPTIONAL' | 'REQUIRED', element: SchemaElement[]): SchemaElement[] {
  return [
    { name, repetition_type: repetition, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...element,
  ];
}

function vector(column: string, schema: VectorSchema | undefined): SchemaElement[] {
  const isDouble = schema !== undefined && schema.kind !== 'sparse' && schema.datatype === 'float64';
  const float: SchemaElement = { ...leaf('element', isDouble ? 'DOUBLE' : 'FLOAT'), repetition_type: 'REQUIRED' };
  const index: SchemaElement = {
    ...leaf('element', 'INT32'),
    repetition_type: 'REQUIRED',
    // Without the logical type: the library writes its bit width in a way that DuckDB refuses.
    converted_type: 'UINT_32',
  };
  switch (schema?.kind) {
    case 'multi':
      return list(column, 'OPTIONAL', list('element', 'REQUIRED', [float]));
    case 'sparse':
      return [
        { name: column, repetition_type: 'OPTIONAL', num_children: 2 },
        ...list('indices', 'REQUIRED', [index]),
        ...list('values', 'REQUIRED', [float]),
      ];
    case 'dense':
    case undefined:
      return list(column, 'OPTIONAL', [float]);
  }
}
