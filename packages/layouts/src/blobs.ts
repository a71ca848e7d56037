import { own } from '@vsm/core/adapter';
import { isMetadataArray, isMetadataObject, type MetadataValue } from '@vsm/core/adapter';
import type { Rewrite } from './form.ts';
import { merged, without } from './values.ts';

// The blob of a document of Haystack. Between the stores it is as in Qdrant: `{ data: [bytes], meta, mime_type }`.

export const blobInPayload: Rewrite = { encode: (fields) => fields, decode: (fields) => fields };

const COLUMNS = ['blob_data', 'blob_meta', 'blob_mime_type'] as const;

/** In Postgres: three columns, of which the first is read and written as hexadecimal digits. */
export const blobInColumns: Rewrite = {
  encode(fields) {
    const blob = own(fields, 'blob');
    const bytes = blob !== undefined && isMetadataObject(blob) ? bytesOf(own(blob, 'data')) : undefined;
    if (blob === undefined || !isMetadataObject(blob) || bytes === undefined) return fields;
    const { meta, mime_type: type, ...others } = without(blob, ['data']);
    // What Haystack does not know of would be lost.
    if (Object.keys(others).length > 0) return fields;
    return merged(without(fields, ['blob']), {
      blob_data: `\\x${Buffer.from(bytes).toString('hex')}`,
      ...(meta !== undefined && { blob_meta: meta }),
      ...(type !== undefined && type !== null && { blob_mime_type: type }),
    });
  },
  decode(fields) {
    const data = own(fields, 'blob_data');
    if (typeof data !== 'string' || !/^\\x(?:[0-9a-f]{2})*$/.test(data)) return fields;
    const blob = {
      data: [...Buffer.from(data.slice(2), 'hex')],
      meta: own(fields, 'blob_meta') ?? {},
      mime_type: own(fields, 'blob_mime_type') ?? null,
    };
    return merged(without(fields, COLUMNS), { blob });
  },
};

/** In Weaviate: two properties, and no place for what is told of it beside its type. */
export const blobInProperties: Rewrite = {
  encode(fields) {
    const blob = own(fields, 'blob');
    const bytes = blob !== undefined && isMetadataObject(blob) ? bytesOf(own(blob, 'data')) : undefined;
    if (blob === undefined || !isMetadataObject(blob) || bytes === undefined) return fields;
    const type = own(blob, 'mime_type');
    return merged(without(fields, ['blob']), {
      blob_data: Buffer.from(bytes).toString('base64'),
      ...(typeof type === 'string' && { blob_mime_type: type }),
    });
  },
  decode(fields) {
    const data = own(fields, 'blob_data');
    if (typeof data !== 'string') return fields;
    const blob = { data: [...Buffer.from(data, 'base64')], meta: {}, mime_type: own(fields, 'blob_mime_type') ?? null };
    return merged(without(fields, ['blob_data', 'blob_mime_type']), { blob });
  },
};

function bytesOf(value: MetadataValue | undefined): number[] | undefined {
  if (value === undefined || !isMetadataArray(value)) return undefined;
  const bytes = value.filter((byte) => typeof byte === 'number' && Number.isInteger(byte) && byte >= 0 && byte < 256);
  return bytes.length === value.length ? (bytes as number[]) : undefined;
}
