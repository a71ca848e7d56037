import { Float, type MetadataValue, type Vector, type VectorRecord } from '@vsm/core/adapter';

/** A record in the making: what the columns or keys of a file held. */
export interface FlatRecord {
  id?: MetadataValue;
  namespace?: MetadataValue;
  document?: MetadataValue;
  uri?: MetadataValue;
  readonly vectors: (readonly [string, Vector])[];
  readonly metadata: (readonly [string, MetadataValue])[];
}

/** @throws Error where there is no id, or where a text is not one. */
export function toRecord(flat: FlatRecord): VectorRecord {
  const namespace = textOf('namespace', flat.namespace);
  return {
    id: idOf(flat.id),
    namespace: namespace === '' ? undefined : namespace,
    vectors: Object.fromEntries(flat.vectors),
    metadata: Object.fromEntries(flat.metadata),
    document: textOf('document', flat.document),
    uri: textOf('uri', flat.uri),
  };
}

function idOf(value: MetadataValue | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString();
  // Dataframes turn a column of integers with one gap into floats.
  if (Float.isInstance(value)) return BigInt(value.value).toString();
  throw new Error(value === undefined || value === null ? 'a record has no id' : 'an id is neither text nor a number');
}

function textOf(what: string, value: MetadataValue | undefined): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new Error(`the ${what} of a record is not text`);
}
