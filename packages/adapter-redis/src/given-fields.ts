import { objectAt, UnsupportedError, type CollectionSchema } from '@vsm/core/adapter';
import { redisError } from './errors.ts';

/**
 * The fields of hashes that an application makes for itself, as `native.redis.fields` of a schema asks for them, so that the application
 * finds its own.
 */
export interface GivenFields {
  /** In front of the separator and the id. @default the name of the collection */
  readonly prefix?: string | undefined;
  /** @default ":" */
  readonly separator?: string | undefined;
  readonly document: string;
  readonly vector: string;
  /** Of JSON text. Absent: metadata are fields, each a text. */
  readonly metadata?: string | undefined;
  /** Holds the name of the collection. */
  readonly name?: string | undefined;
  /** Metadata that lies beside that text once more, for the index. */
  readonly filters: readonly Filter[];
}

interface Filter {
  readonly field: string;
  readonly type: 'text' | 'number';
}

/** @throws VsmError with code `INVALID_OPTIONS` for anything but names, UnsupportedError where the vectors have no place in them */
export function givenFields({ name, vectors, native }: CollectionSchema): GivenFields | undefined {
  const given = objectAt(native?.['redis'] ?? {}, 'fields') as Partial<GivenFields> | undefined;
  if (given === undefined) return undefined;
  const { document, vector, metadata, filters = [], prefix, separator, name: nameField } = given;
  const required = [document, vector, ...filters.map(({ field }) => field)];
  const optional = [metadata, prefix, separator, nameField].filter((one) => one !== undefined);
  const isName = (one: unknown): boolean => typeof one === 'string' && one !== '';
  const fits = [...required, ...optional].every(isName);
  if (!fits || document === undefined || vector === undefined) {
    throw redisError(
      'INVALID_OPTIONS',
      `cannot create "${name}": native.redis.fields must name fields for document and vector`,
    );
  }
  const [only, ...others] = Object.values(vectors);
  if (only?.kind !== 'dense' || others.length > 0) {
    throw new UnsupportedError(
      'vectors',
      `redis: cannot create "${name}": hashes of the form that was asked for have one dense vector, in "${vector}", but the collection has ${Object.keys(vectors).join(', ') || 'none'}`,
      { adapter: 'redis' },
    );
  }
  return { prefix, separator, document, vector, metadata, name: nameField, filters };
}

/** What the index knows beside the vector. */
export function givenAttributes({ document, metadata, name, filters }: GivenFields): (string | number)[] {
  const texts = [document, metadata, name].filter((field) => field !== undefined);
  return [
    ...texts.flatMap((field) => [field, 'TEXT']),
    ...filters.flatMap(({ field, type }) => (type === 'text' ? [field, 'TAG', 'SEPARATOR', '|'] : [field, 'NUMERIC'])),
  ];
}
