/** What gives a framework away in stores that tell fields by name: Milvus, Weaviate, Elasticsearch, Redis and MongoDB. */
import type { Observed, TableColumns } from './observed.ts';
import { nodeSigns, sign, type Sign } from './signs.ts';

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
    ...(store === 'weaviate' && /^LangChain_[0-9a-f]{32}$/.test(name)
      ? [sign('langchain-py', 0.95, `the name "${name}", which it gives by itself`)]
      : []),
  ];
}

function isCalled(columns: TableColumns, names: Names['names']): boolean {
  return Object.entries(names).every(([role, field]) => columns[role as keyof Names['names']] === field);
}

function printed(names: Names['names']): string {
  return Object.values(names)
    .map((field) => `"${field}"`)
    .join(', ');
}
