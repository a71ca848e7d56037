import type { CollectionV1 } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { createQuery } from './query.ts';
import { createReader } from './read.ts';
import { describeNamespace } from './schema.ts';
import { createWitness } from './witness-records.ts';
import { createWriter } from './write.ts';

export function openNamespace(context: CollectionContext): CollectionV1 {
  const { name } = context;
  const { createdAt } = context.places().info;
  return {
    name,
    async describe(options) {
      const { info, reading } = await context.refresh(options);
      return describeNamespace(name, info, reading);
    },
    // The moment in which it was made, which no other connection gives another way.
    identify: async () => (createdAt === undefined ? undefined : `${name}/${createdAt}`),
    ...createReader(context),
    ...createWriter(context),
    query: createQuery(context),
    witnessRecords: createWitness(context),
  };
}
