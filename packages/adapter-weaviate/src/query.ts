import { own, checkList, checkNumber, checkObject, checkText, type CollectionV1, type Match } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { printVector } from './mapping.ts';
import { namespaceOf } from './names.ts';

export function createQuery({ client, tenants, name, info }: CollectionContext): CollectionV1['query'] {
  return async ({ vector, using = '', topK, namespace }, options) => {
    const { class: className, vectors } = info();
    const stored = vectors.find((one) => one.name === using)?.stored ?? '';
    const targets = stored === '' ? '' : `,targetVectors:[${JSON.stringify(stored)}]`;
    const matches: Match[] = [];
    for (const tenant of await tenants.readable(namespace, options?.signal)) {
      const where = tenant === '' ? '' : `tenant:${JSON.stringify(tenant)},`;
      const query = `{Get{${className}(${where}limit:${topK},nearVector:{vector:${printVector(vector)}${targets}}){_additional{id distance}}}}`;
      const found = await client.graphql(
        `search "${name}"`,
        query,
        (data) =>
          checkList(
            own(checkObject(checkObject(data, 'the data')['Get'], 'the matches'), className),
            'the matches',
            topK,
          ),
        options?.signal,
      );
      const inside = namespaceOf(tenant);
      matches.push(...found.map((one) => ({ ...readMatch(one), ...(inside !== '' && { namespace: inside }) })));
    }
    return matches.toSorted((left, right) => left.score - right.score).slice(0, topK);
  };
}

function readMatch(value: unknown): Match {
  const { id, distance } = checkObject(checkObject(value, 'a match')['_additional'], 'a match');
  return { id: checkText(id, 'an id'), score: distance === null ? Number.NaN : checkNumber(distance, 'a distance') };
}
