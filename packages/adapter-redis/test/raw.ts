import type { RawReader } from '@vsm/conformance';
import { parseJson, setOwn, type Metadata, type Vector } from '@vsm/core/adapter';
import { Redis } from 'ioredis';

/** Reads a record by plain commands, and its bytes by hand. */
export function rawReader(url: string): RawReader {
  return {
    async read(collection, id) {
      const client = new Redis(url);
      try {
        const manifest = JSON.parse((await client.hget('vsm-collections', collection)) ?? '{}') as {
          readonly fields: Readonly<Record<string, string>>;
        };
        const key = `${collection}:${id}`;
        if ((await client.exists(key)) === 0) return undefined;
        const vectors: Record<string, Vector> = {};
        for (const [name, field] of Object.entries(manifest.fields)) {
          const bytes = await client.hgetBuffer(key, field);
          if (bytes === null) continue;
          setOwn(
            vectors,
            name,
            Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4)),
          );
        }
        const [document, uri, metadata] = await client.hmget(key, 'document', 'uri', 'metadata');
        return {
          id,
          vectors,
          metadata: parseJson(metadata ?? '{}') as Metadata,
          document: document ?? undefined,
          uri: uri ?? undefined,
        };
      } finally {
        client.disconnect();
      }
    },
  };
}
