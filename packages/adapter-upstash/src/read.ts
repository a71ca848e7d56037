import {
  checkList,
  checkObject,
  checkText,
  createPartCheck,
  invalidCursor,
  parseTexts,
  WrongAnswer,
  type CallOptions,
  type CollectionV1,
} from '@vsm/core/adapter';
import { askInfo } from './client.ts';
import { pathOf, type CollectionContext } from './context.ts';
import { fromWire } from './mapping.ts';

export type Reader = Required<
  Pick<CollectionV1, 'count' | 'listNamespaces' | 'listEmptyNamespaces' | 'partition' | 'scan' | 'fetch'>
>;

const MOST_AT_ONCE = 1000;

export function createReader({ client, name, names }: CollectionContext): Reader {
  const listNamespaces = (options: CallOptions | undefined): Promise<string[]> =>
    client.ask('list-namespaces', `list the namespaces of "${name}"`, '{}', options, (value) =>
      [...new Set(checkList(value, 'the namespaces').map((one) => checkText(one, 'a namespace')))].toSorted(),
    );
  const countAll = async (options: CallOptions | undefined): Promise<number> =>
    (await askInfo(client, `count the records of "${name}"`, options)).total;
  const checkEnd = createPartCheck<CallOptions | undefined>({
    adapter: 'upstash',
    name,
    where: client.location,
    count: countAll,
  });

  return {
    async count(request, options) {
      const { counts, total } = await askInfo(client, `count the records of "${name}"`, options);
      const { namespace } = request ?? {};
      return { value: namespace === undefined ? total : (counts.get(namespace) ?? 0), exact: true };
    },
    async listNamespaces(options) {
      const some = await listNamespaces(options);
      const { counts } = await askInfo(client, `list the namespaces of "${name}"`, options);
      // The default one is always there.
      return some.filter((one) => one !== '' || (counts.get('') ?? 0) > 0);
    },
    async listEmptyNamespaces(options) {
      const { counts } = await askInfo(client, `count the records of "${name}"`, options);
      return (await listNamespaces(options)).filter((one) => one !== '' && (counts.get(one) ?? 0) === 0);
    },
    async partition(_target, request, options) {
      const some = request?.namespace === undefined ? await listNamespaces(options) : [request.namespace];
      return some.map((namespace) => ({ id: JSON.stringify([namespace]), namespace }));
    },
    async scan({ partition, namespace: wanted, cursor, limit, include }, options) {
      const part = partition === undefined ? wanted : readTexts(partition.id, 1, name)[0];
      const all = (): Promise<readonly string[]> =>
        part === undefined ? listNamespaces(options) : Promise.resolve([part]);
      const [namespace = (await all())[0], from = '0'] = cursor === undefined ? [] : readTexts(cursor, 2, name);
      if (namespace === undefined) return { records: [], cursor: null };
      const body = JSON.stringify({
        cursor: from,
        limit: Math.min(limit, MOST_AT_ONCE),
        includeVectors: include.includes('vectors'),
        includeMetadata: include.includes('metadata'),
        includeData: include.includes('metadata'),
      });
      const action = `read "${name}"`;
      const page = await client.ask(pathOf('range', namespace), action, body, options, (value) => {
        const { nextCursor, vectors } = checkObject(value, 'the page');
        const next = checkText(nextCursor, 'the next cursor');
        if (next !== '' && next === from)
          throw new WrongAnswer(`the page behind ${from} is the same again: it does not end`);
        return {
          next,
          records: checkList(vectors, 'the vectors', limit).map((one) => fromWire(one, namespace, names)),
        };
      });
      // An empty page that is not the last counts as well.
      const records = Math.max(1, page.records.length);
      await checkEnd({ key: namespace, isFirst: from === '0', records }, options);
      if (page.next !== '') return { records: page.records, cursor: JSON.stringify([namespace, page.next]) };
      // In the order of their names, so that one that was made meanwhile stops nothing.
      const behind = (await all()).find((one) => one > namespace);
      return { records: page.records, cursor: behind === undefined ? null : JSON.stringify([behind, '0']) };
    },
    async fetch(ids, options) {
      const namespace = options?.namespace ?? '';
      const body = JSON.stringify({ ids, includeVectors: true, includeMetadata: true, includeData: true });
      return client.ask(pathOf('fetch', namespace), `fetch from "${name}"`, body, options, (value) =>
        checkList(value, 'the vectors', ids.length).flatMap((one) =>
          one === null ? [] : [fromWire(one, namespace, names)],
        ),
      );
    },
  };
}

function readTexts(text: string, length: number, name: string): string[] {
  const texts = parseTexts(text, length);
  if (texts !== undefined) return texts;
  throw invalidCursor('upstash', text, name);
}
