import { checkList, checkNumber, checkObject, isDense, vectorText, type CollectionV1 } from '@vsm/core/adapter';
import { pathOf, type CollectionContext } from './context.ts';
import { readId } from './mapping.ts';
import { vectorNameOf } from './namespace-info.ts';

export function createQuery({ client, name, places }: CollectionContext): CollectionV1['query'] {
  return async ({ vector, using = '', topK }, options) => {
    const { info } = places();
    const attribute = info.vectors.find((one) => vectorNameOf(info, one.attribute) === using)?.attribute ?? 'vector';
    const numbers = isDense(vector) ? vectorText(vector) : '[]';
    const body = `{"rank_by":[${JSON.stringify(attribute)},"ANN",${numbers}],"limit":${topK},"include_attributes":false,"consistency":{"level":"strong"}}`;
    const request = { method: 'POST', path: `${pathOf(name)}/query`, action: `search "${name}"`, body } as const;
    return client.ask(request, options, (value) =>
      checkList(checkObject(value, 'the answer')['rows'], 'the matches', topK).map((one) => {
        const row = checkObject(one, 'a match');
        return { id: readId(row['id']), score: checkNumber(Number(row['$dist']), 'a distance') };
      }),
    );
  };
}
