import { objectAt, UnsupportedError, VsmError, type CollectionSchema as Schema } from '@vsm/core/adapter';

/**
 * The fields of a collection that an application makes for itself, as `native.milvus.wanted` of a schema asks for them, so that the
 * application finds its own.
 */
export interface GivenFields {
  readonly key: string;
  readonly vector: string;
  readonly sparse?: string | undefined;
  /** Of texts. Absent: they are among the metadata. */
  readonly document?: string | undefined;
  /** Metadata that every record has, each a text. */
  readonly texts?: readonly string[] | undefined;
  /** Of type JSON. Absent: metadata is in the dynamic field. */
  readonly metadata?: string | undefined;
}

const NAME = /^[A-Za-z_]\w{0,254}$/;

/** @throws VsmError with code `INVALID_OPTIONS` for anything but names, UnsupportedError where the vectors have no place in them */
export function givenFields({ name, vectors, namespaces, native }: Schema): GivenFields | undefined {
  const given = objectAt(native?.['milvus'] ?? {}, 'wanted') as Partial<GivenFields> | undefined;
  if (given === undefined) return undefined;
  const { key, vector, sparse, document, texts = [], metadata } = given;
  const named = [key, vector, sparse, document, ...texts, metadata].filter((one) => one !== undefined);
  const fits = named.every((one) => typeof one === 'string' && NAME.test(one)) && new Set(named).size === named.length;
  if (key === undefined || vector === undefined || !fits) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `milvus: cannot create collection "${name}": native.milvus.wanted must name fields for key and vector, each by another name`,
      { adapter: 'milvus' },
    );
  }
  const kinds = Object.values(vectors).map(({ kind }) => kind);
  const dense = kinds.filter((kind) => kind === 'dense').length;
  const rest = kinds.length - dense;
  const hasPlaces = dense === 1 && (rest === 0 || (rest === 1 && kinds.includes('sparse') && sparse !== undefined));
  if (!hasPlaces || namespaces === true) {
    const has = namespaces === true ? 'namespaces' : `the vectors ${Object.keys(vectors).join(', ') || 'none'}`;
    throw new UnsupportedError(
      namespaces === true ? 'namespaces' : 'vectors',
      `milvus: cannot create collection "${name}": one of the form that was asked for has one dense vector, in "${vector}"${sparse === undefined ? '' : `, and a sparse one in "${sparse}"`}, but the collection has ${has}`,
      { adapter: 'milvus' },
    );
  }
  return { key, vector, sparse, document, texts, metadata };
}
