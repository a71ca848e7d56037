import type { Client } from 'pg';
import { chroma } from '../servers/chroma.ts';
import type { RunningServer } from '../servers/server.ts';
import { loadChroma } from './chroma-source.ts';
import { isUnfit, knownPlain, knownRecord, unfitRecord, type KnownRecord } from './numbered.ts';

/** What is moved. */
export interface Source {
  /** As a worker is told of it; the collection is `docs`. */
  readonly location: string;
  /** A record as it must stand in the target; undefined where the target cannot hold it. */
  readonly expected: (index: number) => KnownRecord | undefined;
  stop(): Promise<void>;
}

const SOURCES = {
  'generated-postgres': async (records: number): Promise<Source> => ({
    location: `generated:${records}`,
    expected: knownPlain,
    stop: async () => undefined,
  }),
  'chroma-postgres': async (records: number, cache: string): Promise<Source> => {
    const server = await start(cache);
    await loadChroma(server.url, records, (index) => (isUnfit(index) ? unfitRecord(index) : knownRecord(index)));
    return {
      location: server.url.replace(/^http/, 'chroma'),
      expected: (index) => (isUnfit(index) ? undefined : knownRecord(index)),
      stop: () => server.stop(),
    };
  },
};

async function start(cache: string): Promise<RunningServer> {
  if (chroma.packaged === undefined) throw new Error('there is no Chroma to start');
  return chroma.packaged.start(await chroma.packaged.install(cache, true));
}

/** Starts the source of a pair and fills it. @throws for a pair that there is not */
export async function openSource(pair: string, records: number, cache: string): Promise<Source> {
  if (pair in SOURCES) return SOURCES[pair as keyof typeof SOURCES](records, cache);
  throw new Error(`There is no pair ${pair}. Choose from ${Object.keys(SOURCES).join(', ')}.`);
}

export interface Comparison {
  /** How many there should be. */
  readonly expected: number;
  readonly rows: number;
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
}

const AT_ONCE = 5000;

/** The table `docs` against what should be in it, value by value, by SQL alone. Texts are compared, since 1 = 1.0 and 0 = -0 as numbers. */
export async function compareTable(client: Client, records: number, { expected }: Source): Promise<Comparison> {
  await client.query(
    `CREATE TEMP TABLE known (id text COLLATE "C" PRIMARY KEY, embedding vector, metadata jsonb, document text)`,
  );
  for (let from = 0; from < records; from += AT_ONCE) {
    const known = Array.from({ length: Math.min(AT_ONCE, records - from) }, (_, at) => expected(from + at)).filter(
      (record) => record !== undefined,
    );
    await client.query(
      `INSERT INTO known SELECT id, embedding::vector, metadata::jsonb, document
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS given (id, embedding, metadata, document)`,
      [
        known.map(({ id }) => id),
        known.map(({ vector }) => JSON.stringify([...vector])),
        known.map(({ metadata = '{}' }) => metadata),
        known.map(({ document }) => document ?? null),
      ],
    );
  }
  const { rows } = await client.query<Comparison>(
    `SELECT count(known.id)::int AS expected, count(docs.id)::int AS rows,
      (count(*) FILTER (WHERE docs.id IS NULL))::int AS missing, (count(*) FILTER (WHERE known.id IS NULL))::int AS extra,
      (count(*) FILTER (WHERE (docs.embedding::text, docs.metadata::text, docs.document)
        IS DISTINCT FROM (known.embedding::text, known.metadata::text, known.document)
        AND docs.id IS NOT NULL AND known.id IS NOT NULL))::int AS changed
      FROM known FULL JOIN docs ON docs.id = known.id`,
  );
  const [comparison] = rows;
  if (comparison === undefined) throw new Error('the comparison has no row');
  return comparison;
}
