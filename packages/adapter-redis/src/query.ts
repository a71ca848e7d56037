import {
  compareAll,
  vectorToBytes,
  type DenseVector,
  type Match,
  type QueryRequest,
  type Vector,
} from '@vsm/core/adapter';
import type { Command, Reply } from './client.ts';
import { entriesOf, idOfKey, KeyPages, toKey } from './keys.ts';
import type { LayoutVector } from './layout.ts';
import { scanPage, type Reading } from './read.ts';

/** Nearest records by the index where there is one, else, or where it must be exact, by comparing with every vector. */
export async function nearest(reading: Reading, request: QueryRequest): Promise<Match[]> {
  const { vector, using = '', exact = false } = request;
  const { layout } = reading;
  const searched = layout.vectors.find(({ name }) => name === using);
  if (searched === undefined) return [];
  const attribute = layout.index?.attributes.find(({ field }) => field === searched.field)?.vector;
  const isExact = attribute?.algorithm === 'FLAT';
  if (attribute === undefined || searched.alias === undefined || (exact && !isExact) || layout.index?.busy === true) {
    const pages = new KeyPages(reading.connection, layout);
    return compareAll(request, searched.metric, (page) => scanPage(reading, pages, page));
  }
  return search(reading, searched, vector, request.topK);
}

async function search(
  { connection, layout }: Reading,
  { alias = '', datatype = 'float32' }: LayoutVector,
  vector: Vector,
  topK: number,
): Promise<Match[]> {
  const bytes = vectorToBytes(vector as DenseVector, datatype);
  const field = alias.replaceAll(/[^\w]/g, String.raw`\$&`);
  const clause = `*=>[KNN ${topK} @${field} $vsm_vector AS vsm_distance]`;
  const parameters = ['PARAMS', 2, 'vsm_vector', bytes, 'DIALECT', 2];
  const wanted = ['SORTBY', 'vsm_distance', 'RETURN', 1, 'vsm_distance', 'LIMIT', 0, topK];
  const command: Command = ['FT.SEARCH', layout.name, clause, ...parameters, ...wanted];
  const reply = (await connection.ask(`search "${layout.name}"`, command)) as readonly Reply[];
  return hitsOf(reply).flatMap(({ key, fields }) => {
    const id = idOfKey(toKey(key), layout);
    const score = new Map(entriesOf(fields)).get('vsm_distance');
    return id === undefined ? [] : [{ id, score: Number(String(score)) }];
  });
}

/** A reply to FT.SEARCH: in RESP2 a count, and keys and fields in turn; in RESP3, which the client of a user may speak, a map. */
function hitsOf(reply: readonly Reply[]): { key: Buffer; fields: Reply }[] {
  if (typeof reply[0] === 'number') {
    return Array.from({ length: (reply.length - 1) / 2 }, (_, at) => ({
      key: reply[1 + 2 * at] as Buffer,
      fields: reply[2 + 2 * at] ?? null,
    }));
  }
  const results = new Map(entriesOf(reply)).get('results') as readonly Reply[];
  return results.map((result) => {
    const facts = new Map(entriesOf(result));
    return { key: facts.get('id') as Buffer, fields: facts.get('extra_attributes') ?? null };
  });
}
