/** What gives a framework away in stores that tell fields by name: Milvus, Weaviate, Elasticsearch, Redis and MongoDB. */
import { haystackObjectId } from './ids.ts';
import { field, type Observed, type TableColumns } from './observed.ts';
import { sign, type Sign } from './sign.ts';
import { nodeSigns } from './signs.ts';

/** Fields that only one framework calls so, all of them together. */
interface Names {
  readonly layout: string;
  readonly confidence: number;
  readonly names: Partial<Pick<TableColumns, 'id' | 'document' | 'metadata' | 'vector'>>;
}

const NAMES: Readonly<Partial<Record<Observed['store'], readonly Names[]>>> = {
  milvus: [{ layout: 'langchain-py', confidence: 0.95, names: { id: 'pk', document: 'text', vector: 'vector' } }],
  elasticsearch: [
    {
      layout: 'langchain-py',
      confidence: 0.93,
      names: { document: 'text', metadata: 'metadata', vector: 'vector_field' },
    },
    { layout: 'langchain-py', confidence: 0.85, names: { document: 'text', metadata: 'metadata', vector: 'vector' } },
  ],
  redis: [{ layout: 'langchain-py', confidence: 0.97, names: { metadata: '_metadata_json' } }],
};

export function fieldSigns({ store, name, columns }: Observed): Sign[] {
  const known = NAMES[store] ?? [];
  return [
    ...nodeSigns(),
    ...(columns === undefined ? [] : known.filter(({ names }) => isCalled(columns, names))).map(
      ({ layout, confidence, names }) => sign(layout, confidence, `the fields ${printed(names)}`),
    ),
    ...haystackSigns(store, columns),
    ...(store === 'weaviate' && /^LangChain_[0-9a-f]{32}$/.test(name)
      ? [sign('langchain-py', 0.95, `the name "${name}", which it gives by itself`)]
      : []),
  ];
}

/** It keeps the id of each document in a field too, or makes it of the document. */
function haystackSigns(store: Observed['store'], columns: TableColumns | undefined): Sign[] {
  const of = (confidence: number, evidence: string, shows: NonNullable<Sign['shows']>): Sign[] => [
    { layout: 'haystack', confidence, evidence, shows },
  ];
  if (store === 'weaviate') {
    return of(0.97, 'every id is the name-based UUID that Haystack makes of the property "_original_id"', (record) => {
      const id = field(record, '_original_id');
      return typeof id === 'string' && record.id === haystackObjectId(id);
    });
  }
  if (store === 'milvus') {
    return of(0.9, 'ids of 64 hexadecimal digits, the hash that Haystack makes of a document', (record) =>
      /^[0-9a-f]{64}$/.test(record.id),
    );
  }
  const names = { document: 'content', vector: 'embedding', ...(store === 'mongodb' && { metadata: 'meta' }) };
  if ((store !== 'elasticsearch' && store !== 'mongodb') || columns === undefined || !isCalled(columns, names))
    return [];
  return of(0.9, `the fields ${printed(names)}, and the id of each document in "id"`, (record) => {
    const id = field(record, 'id');
    return typeof id === 'string' && (store === 'mongodb' || id === record.id);
  });
}

function isCalled(columns: TableColumns, names: Names['names']): boolean {
  return Object.entries(names).every(([role, called]) => columns[role as keyof Names['names']] === called);
}

function printed(names: Names['names']): string {
  return Object.values(names)
    .map((called) => `"${called}"`)
    .join(', ');
}
