import { describe, expect, test } from 'vitest';
import type { CollectionSchema } from '../spec/v1.ts';
import type { MigrationPlan } from './migration-plan.ts';
import { reversePlan } from './reverse.ts';

const end = (collection: string) => ({ adapter: 'memory', location: `memory:${collection}`, collection });
const schema: CollectionSchema = { name: 'docs', vectors: { text: { kind: 'dense', dimension: 2, metric: 'cosine' } } };
const plan = {
  version: 1,
  source: end('a'),
  target: end('b'),
  schema: { ...schema, name: 'b' },
  vectorNames: { text: '' },
  leftVectors: [],
  namespacePolicy: 'prefix-id',
  losses: [],
  encodings: { ids: 3 },
} as unknown as MigrationPlan;

describe('the plan of the way back', () => {
  test('brings vectors to the names they had, and asks for no other names of records', () => {
    expect(reversePlan(plan, schema)).toMatchObject({
      source: end('b'),
      target: end('a'),
      vectorNames: { '': 'text' },
      namespacePolicy: 'keep',
      schema: { name: 'a', vectors: schema.vectors },
      createTarget: false,
    });
  });

  test.for([
    [{ leftVectors: ['image'] }, 'vectors stay behind: "image"'],
    [{ vectorNames: { one: '', two: '' } }, 'two vectors of the source have one name in the target'],
    [{ losses: [{ name: 'rejected-records', detail: '' }] }, 'something is lost on the way: rejected-records'],
    [{ fieldMapping: { rename: { one: 'two' } } }, 'fields are renamed, dropped, set or cast'],
  ] as const)('says why there is none: %o', ([change, reason]) => {
    expect(reversePlan({ ...plan, ...change }, schema)).toEqual({ why: [reason] });
  });

  test('knows of no inverse of a transform', () => {
    expect(reversePlan(plan, schema, true)).toHaveProperty('why.length', 1);
  });
});
