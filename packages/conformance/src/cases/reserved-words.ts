import type { Metadata, VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeRecord } from '../records.ts';
import { canWrite } from './applies.ts';
import { holdsKey } from './keys.ts';

/** What stores call the parts of a record, and what they keep beside them. */
const WORDS = `
  id ids _id uuid key point_id vector vectors vector_ values sparse_values sparse embedding embeddings dense
  document documents page_content text content _node_content uri uris url namespace __vsm vsm metadata metadatas
  payload properties fields rest source source__column metadata__column score _score distance _distance version
  _rowid _rowaddr _relevance_score rowid oid ctid tableoid xmin created_at tenant shard_key collection
  collection_id deleted chroma:document chroma:uri langchain_id
`
  .trim()
  .split(/\s+/);

export const reservedWordCases: readonly ConformanceCase[] = [
  {
    id: 'metadata/words-of-stores-are-the-users-own',
    title:
      'a key that some store uses for itself is kept beside its part of the record, or refused, and never merged with it',
    hint: 'Metadata and the parts of a record share one map in the store: list the names of the parts in metadata.reservedKeys.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, create, settle }) {
      const held = WORDS.filter((word) => holdsKey(word, capabilities));
      const alone: Metadata[] = WORDS.flatMap((word) => [{ [word]: `the user's ${word}` }, { [word]: 7 }]);
      const together: Metadata[] = [Object.fromEntries(held.map((word) => [word, `the user's ${word}`]))];
      const nested: Metadata[] = capabilities.metadata.object
        ? [{ inner: Object.fromEntries(WORDS.map((word) => [word, { [word]: `the user's ${word}` }])) }]
        : [];
      const given = [...alone, ...together, ...nested].flatMap((metadata, at) => [
        makeRecord(capabilities, 2 * at, { metadata }),
        // A place that is free must not be taken for it either.
        makeRecord(capabilities, 2 * at + 1, { metadata, document: undefined, uri: undefined }),
      ]);
      const collection = await create();
      const refused = new Set<string>();
      for (let from = 0; from < given.length; from += 50) {
        const { accepted, rejected } = await collection.upsert(given.slice(from, from + 50));
        expectEqual(accepted + rejected.length, given.slice(from, from + 50).length, 'accepted and refused');
        for (const { id } of rejected) refused.add(id);
      }
      await collection.flush?.();
      const mayBeRefused = ({ metadata }: VectorRecord): boolean =>
        Object.keys(metadata).some((key) => !holdsKey(key, capabilities));
      for (const record of given.filter(({ id }) => refused.has(id))) {
        const keys = Object.keys(record.metadata).join(', ');
        expectThat(mayBeRefused(record), `the capabilities promise to hold ${keys}, but it was refused`);
      }
      const kept = given.filter(({ id }) => !refused.has(id));
      await settle(async () => {
        expectSameRecords(await readAll(collection), kept, 'scan', comparison);
        const fetched = await collection.fetch(kept.map(({ id }) => id));
        expectSameRecords(fetched, kept, 'fetch', comparison);
      });
    },
  },
];
