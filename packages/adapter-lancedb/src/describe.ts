import type { Table } from '@lancedb/lancedb';
import { type CollectionDescription, type VectorSchema, own } from '@vsm/core/adapter';
import { readIndexes } from './indexes.ts';
import { hiddenBlobs } from './blobs.ts';
import type { Layout } from './schema.ts';

/** Not by the name that the table tells: 0.39 refuses that while anything else runs on it. */
export async function describeTable(name: string, table: Table, layout: Layout): Promise<CollectionDescription> {
  const { metrics, native } = await readIndexes(table, layout);
  const vectors = Object.fromEntries(
    layout.vectors.map(({ name: vector, column, kind, dimension, datatype }): [string, VectorSchema] => {
      const declared = own(layout.own?.vectors ?? {}, vector);
      const told = declared === undefined || declared.kind === 'sparse' ? undefined : declared;
      const metric = metrics.get(column) ?? told?.metric;
      if (kind === 'sparse') return [vector, { kind }];
      return [
        vector,
        { ...told, kind, dimension: dimension ?? told?.dimension, metric, datatype: datatype ?? told?.datatype },
      ];
    }),
  );
  const columns = Object.fromEntries(layout.fields.map(({ key, type }) => [key, type]));
  return {
    ...layout.own,
    name,
    vectors,
    namespaces: layout.namespace !== undefined,
    fields: layout.own?.fields ?? columns,
    native: { ...layout.own?.native, ...(native !== undefined && { lancedb: native }) },
    notes: layout.notes,
    reading: layout.understood?.reading,
    undecided: undecidedOf(layout),
  };
}

function undecidedOf({ schema, understood }: Layout): readonly string[] | undefined {
  if (understood === undefined) return undefined;
  const ignored = new Set(understood.layout.ignored);
  const sentences = [
    ...(understood.undecided ?? []),
    ...hiddenBlobs(schema)
      .filter(({ column }) => !ignored.has(column))
      .map(({ sentence }) => sentence),
  ];
  return sentences.length === 0 ? undefined : sentences;
}
