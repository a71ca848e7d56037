import { vectorColumns, type CollectionSchema, type VectorSchema } from '@vsm/core/adapter';
import type { Command, Connection } from './client.ts';
import { redisError } from './errors.ts';
import type { RedisOptions } from './options.ts';
import { givenAttributes, givenFields, type GivenFields } from './given-fields.ts';
import { prefixOf } from './keys.ts';

/** What VSM keeps of a collection that it made, in one hash for all of them: no index knows it. */
export interface Manifest {
  readonly vsm: 1;
  readonly prefix: string;
  /** Vector name → field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly index: NonNullable<RedisOptions['index']>;
  readonly schema: Omit<CollectionSchema, 'name'>;
  /** Fields of an application's own naming. */
  readonly given?: GivenFields | undefined;
}

/** No prefix of a collection is like this: it has no colon. */
export const MANIFESTS = 'vsm-collections';

/** Fields of a hash beside those of the vectors. */
export const OWN = { document: 'document', uri: 'uri', metadata: 'metadata' } as const;

export function newManifest({ name, ...schema }: CollectionSchema, index: Manifest['index']): Manifest {
  const given = givenFields({ name, ...schema });
  const prefix = given === undefined ? prefixOf(name) : `${given.prefix ?? name}${given.separator ?? ':'}`;
  const fields =
    given === undefined
      ? vectorColumns(Object.keys(schema.vectors), /[^\w-]/g)
      : { [Object.keys(schema.vectors)[0] ?? '']: given.vector };
  return { vsm: 1, prefix, fields, index, schema, ...(given !== undefined && { given }) };
}

export async function readManifest(connection: Connection, name: string): Promise<Manifest | undefined> {
  const text = await connection.ask(`open "${name}"`, ['HGET', MANIFESTS, name]);
  if (text === null) return undefined;
  try {
    const manifest = JSON.parse(String(text)) as Manifest;
    if (manifest.vsm === 1) return manifest;
  } catch {
    // Said below.
  }
  throw redisError('INVALID_DATA', `field "${name}" of the hash ${MANIFESTS} is not what VSM writes there`);
}

/** What settings of an index survive a move from Redis to Redis. */
interface IndexSettings {
  readonly algorithm?: unknown;
  readonly m?: unknown;
  readonly efConstruction?: unknown;
}

/** Makes the search index of a collection; `undefined` where it has no vector that an index takes. */
export function indexCommand(name: string, { prefix, fields, index, schema, given }: Manifest): Command | undefined {
  if (index === 'none') return undefined;
  const attributes = Object.entries(fields).flatMap(([vector, field]) => {
    const {
      dimension,
      metric,
      datatype = 'float32',
      kind,
    } = schema.vectors[vector] as Exclude<VectorSchema, { kind: 'sparse' }>; // own key: both are of the same names
    if (kind !== 'dense' || dimension === undefined || metric === undefined) return [];
    const settings = ((schema.native?.['redis']?.['indexes'] ?? {}) as Record<string, IndexSettings>)[vector]; // own key: of ours
    const algorithm = settings?.algorithm === 'HNSW' || index === 'hnsw' ? 'HNSW' : 'FLAT';
    const more = [
      ...(algorithm === 'HNSW' && Number.isInteger(settings?.m) ? ['M', Number(settings?.m)] : []),
      ...(algorithm === 'HNSW' && Number.isInteger(settings?.efConstruction)
        ? ['EF_CONSTRUCTION', Number(settings?.efConstruction)]
        : []),
    ];
    const words = [
      'TYPE',
      datatype.toUpperCase(),
      'DIM',
      dimension,
      'DISTANCE_METRIC',
      METRIC_WORDS[metric] ?? '',
      ...more,
    ];
    return [field, 'VECTOR', algorithm, words.length, ...words];
  });
  if (attributes.length === 0) return undefined;
  const others = given === undefined ? [] : givenAttributes(given);
  return ['FT.CREATE', name, 'ON', 'HASH', 'PREFIX', 1, prefix, 'SCHEMA', ...others, ...attributes];
}

const METRIC_WORDS: Readonly<Record<string, string>> = { cosine: 'COSINE', euclidean: 'L2', dot: 'IP' };
