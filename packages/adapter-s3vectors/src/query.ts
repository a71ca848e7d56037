import {
  checkList,
  checkNumber,
  checkObject,
  checkText,
  isDense,
  vectorText,
  type CollectionV1,
  type Match,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { nameParts } from './index-info.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html */
const MOST_NEAR = 100;

export function createQuery({ client, name }: CollectionContext): CollectionV1['query'] {
  return async ({ vector, topK }, options) => {
    const most = Math.min(topK, MOST_NEAR);
    const numbers = isDense(vector) ? vectorText(vector) : '[]';
    const body = `${nameParts(client, name)},"topK":${most},"queryVector":{"float32":${numbers}},"returnDistance":true}`;
    return client.ask('QueryVectors', `search "${name}"`, body, options, (value) =>
      checkList(checkObject(value, 'the answer')['vectors'], 'the matches', most).map((one): Match => {
        const { key, distance } = checkObject(one, 'a match');
        return { id: checkText(key, 'a key'), score: checkNumber(Number(distance), 'a distance') };
      }),
    );
  };
}
