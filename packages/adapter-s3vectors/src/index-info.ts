import { checkCount, checkList, checkObject, checkText, own, type CallOptions, type Metric } from '@vsm/core/adapter';
import type { Client } from './client.ts';

/** Non-filterable text for what S3 Vectors does not hold as it is, as a JSON object by keys. */
export const REST = 'vsm_rest';
/** Where the text of a record is in the indexes that we make. */
export const DOCUMENT = 'document';

export interface IndexInfo {
  readonly name: string;
  /** Account, region, bucket and name. */
  readonly arn: string;
  readonly createdAt: string | undefined;
  readonly dimension: number;
  readonly metric: Metric | undefined;
  readonly nonFilterable: ReadonlySet<string>;
  /** Whether it has a place for what does not fit: it cannot be added later. */
  readonly hasRest: boolean;
}

/** Bucket and index, as every body has them: JSON without its last bracket. */
export function nameParts(client: Client, index: string): string {
  return `{"vectorBucketName":${JSON.stringify(client.bucket)},"indexName":${JSON.stringify(index)}`;
}

/** @throws VsmError with code `NOT_FOUND` */
export function askInfo(client: Client, name: string, options: CallOptions | undefined): Promise<IndexInfo> {
  return client.ask('GetIndex', `open collection "${name}"`, `${nameParts(client, name)}}`, options, (value) => {
    const index = checkObject(checkObject(value, 'the answer')['index'], 'the index');
    const { indexArn, creationTime, dimension, distanceMetric: metric, metadataConfiguration: config } = index;
    const keys = own(checkObject(config ?? {}, 'the metadata configuration'), 'nonFilterableMetadataKeys') ?? [];
    const nonFilterable = new Set(checkList(keys, 'the keys').map((key) => checkText(key, 'a key')));
    return {
      name,
      arn: checkText(indexArn, 'the ARN of the index'),
      createdAt: creationTime === undefined ? undefined : JSON.stringify(creationTime),
      dimension: checkCount(dimension, 'the dimension'),
      metric: metric === 'cosine' || metric === 'euclidean' ? metric : undefined,
      nonFilterable,
      hasRest: nonFilterable.has(REST),
    };
  });
}
