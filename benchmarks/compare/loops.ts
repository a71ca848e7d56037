import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { QdrantClient } from '@qdrant/js-client-rest';
import { ChromaClient } from 'chromadb';
import type { Job } from './measured-job.ts';
import type { StoreSpec } from './stores.ts';

// What one writes in half an hour with the official clients: read a page, write it, read the next one. No check, no checkpoint.

const PAGE = 1000;

/** By kinds of source and target. Gives the number of records. */
export const loops: Readonly<Record<string, (job: Job) => Promise<number>>> = {
  'chroma qdrant': async ({ source, target, sourceCollection, targetCollection }) => {
    const to = qdrant(target);
    return eachChromaPage(source, sourceCollection, async (page) => {
      const points = page.ids.map((id, at) => ({
        id: Number(id),
        vector: [...(page.embeddings[at] ?? [])],
        payload: { ...page.metadatas[at], document: page.documents[at] },
      }));
      await to.upsert(targetCollection, { wait: false, points });
    });
  },
  'chroma pglite': async ({ source, target, sourceCollection, targetCollection }) => {
    const database = await openDatabase(target);
    const count = await eachChromaPage(source, sourceCollection, async (page) => {
      const columns = [
        page.ids,
        page.embeddings.map((embedding) => `[${(embedding ?? []).join(',')}]`),
        page.documents,
        page.metadatas.map((metadata) => JSON.stringify(metadata)),
      ];
      await database.query(
        `INSERT INTO "${targetCollection}" (id, embedding, document, metadata) SELECT a, b::vector, c, d::jsonb FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS u(a, b, c, d)`,
        columns,
      );
    });
    await database.exec(`CREATE INDEX ON "${targetCollection}" USING hnsw (embedding vector_l2_ops)`);
    await database.close();
    return count;
  },
  'qdrant qdrant': async ({ source, target, sourceCollection, targetCollection }) => {
    const [from, to] = [qdrant(source), qdrant(target)];
    let count = 0;
    for (let offset: string | number | undefined; ;) {
      const page = await from.scroll(sourceCollection, {
        limit: PAGE,
        with_payload: true,
        with_vector: true,
        ...(offset !== undefined && { offset }),
      });
      const points = page.points.map(({ id, vector: values, payload }) => ({
        id,
        vector: values as number[],
        payload: payload ?? {},
      }));
      await to.upsert(targetCollection, { wait: false, points });
      count += points.length;
      if (typeof page.next_page_offset !== 'number' && typeof page.next_page_offset !== 'string') return count;
      offset = page.next_page_offset;
    }
  },
};

interface ChromaPage {
  readonly ids: string[];
  readonly embeddings: readonly (readonly number[] | null)[];
  readonly documents: (string | null)[];
  readonly metadatas: readonly (object | null)[];
}

async function eachChromaPage(
  spec: StoreSpec,
  name: string,
  work: (page: ChromaPage) => Promise<void>,
): Promise<number> {
  if (spec.kind !== 'chroma') throw new Error('this loop reads Chroma');
  const { hostname, port, protocol } = new URL(spec.url);
  const client = new ChromaClient({ host: hostname, port: Number(port), ssl: protocol === 'https:' });
  // The loop embeds nothing.
  const embeddingFunction = { generate: async () => [] };
  const collection = await client.getCollection({ name, embeddingFunction });
  for (let offset = 0; ; offset += PAGE) {
    const page = await collection.get({ limit: PAGE, offset, include: ['embeddings', 'metadatas', 'documents'] });
    if (page.ids.length > 0) await work(page);
    if (page.ids.length < PAGE) return offset + page.ids.length;
  }
}

function qdrant(spec: StoreSpec): QdrantClient {
  if (spec.kind !== 'qdrant') throw new Error('this loop writes Qdrant');
  return new QdrantClient({ url: spec.url, checkCompatibility: false });
}

async function openDatabase(spec: StoreSpec): Promise<PGlite> {
  if (spec.kind !== 'pglite') throw new Error('this loop writes PGlite');
  return PGlite.create({ dataDir: spec.folder, extensions: { vector } });
}
