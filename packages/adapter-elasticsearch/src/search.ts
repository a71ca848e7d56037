import { checkCount, checkObject, JsonWalker, parsePlainJson, WrongAnswer, type ScanRequest } from '@vsm/core/adapter';
import type { Client, Server } from './client.ts';
import { pathOf } from './context.ts';
import { KEPT, FILTER } from './create.ts';
import { isForbidden } from './errors.ts';
import type { IndexInfo } from './index-info.ts';
import { createHitReader, type Hit, type Places } from './mapping.ts';

/** What of a source a search has to give. Vectors are named, since they are left out otherwise from Elasticsearch 9.2 on. */
export function sourceOf(
  { layout, keeps }: Places,
  include: ScanRequest['include'],
  { hidesVectors }: Server,
): unknown {
  const vectors = [...layout.vectors.map(({ column }) => column), ...(keeps ? [KEPT] : [])];
  const ours = keeps ? [FILTER] : [];
  if (!include.includes('vectors')) return include.length === 0 ? false : { excludes: [...vectors, ...ours] };
  const named = hidesVectors && { exclude_vectors: false };
  if (!include.includes('metadata')) return { ...named, includes: vectors };
  return hidesVectors ? named : true;
}

/** The hits of an answer, each of which `read` reads. */
export function readHits<Result>(text: string, read: (walker: JsonWalker) => Result | undefined): Result[] {
  const hits: Result[] = [];
  const walker = new JsonWalker(text);
  let shards: Readonly<Record<string, unknown>> | undefined;
  let found = false;
  const one = (): void => {
    const hit = read(walker);
    if (hit !== undefined) hits.push(hit);
  };
  walker.object((key) => {
    if (key === '_shards') shards = checkObject(parsePlainJson(walker.value()), 'the shards');
    else if (key === 'docs') {
      found = true;
      walker.array(one);
    } else if (key === 'timed_out') {
      if (walker.value() === 'true') throw new WrongAnswer('the search was cut short by its time', { cut: true });
    } else if (key === 'hits' && walker.isObject()) {
      walker.object((inner) => {
        if (inner !== 'hits') return void walker.value();
        found = true;
        walker.array(one);
      });
    } else walker.value();
  });
  if (!found) throw new WrongAnswer('the answer has no hits');
  if (shards !== undefined) {
    // Where a shard is away, a success has fewer hits.
    const { total, successful } = shards;
    if (checkCount(total, 'the number of shards') === 0) throw new WrongAnswer('no shard was searched');
    if (total !== successful)
      throw new WrongAnswer(`only ${String(successful)} of ${String(total)} shards answered`, { cut: true });
  }
  return hits;
}

export const hitReader = (places: Places, include: ScanRequest['include']): ((text: string) => Hit[]) => {
  const read = createHitReader(places, include);
  return (text) => readHits(text, read);
};

/** Makes what was written visible to searches, on every copy of a shard. A key that may only read does without. */
export async function refresh(client: Client, info: IndexInfo, name: string, signal?: AbortSignal): Promise<void> {
  const request = { method: 'POST', path: pathOf(info, '_refresh'), action: `refresh "${name}"`, signal } as const;
  try {
    await client.ask(request, () => undefined);
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
}
