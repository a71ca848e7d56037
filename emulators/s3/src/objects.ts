import { createHash } from 'node:crypto';

export interface StoredObject {
  readonly bytes: Buffer;
  readonly modified: Date;
  /** That of its bytes where it is left out. */
  readonly etag?: string | undefined;
  /** Headers that begin with `x-amz-meta-`. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export function etagOf({ bytes, etag }: Pick<StoredObject, 'bytes' | 'etag'>): string {
  return etag ?? `"${createHash('md5').update(bytes).digest('hex')}"`;
}
