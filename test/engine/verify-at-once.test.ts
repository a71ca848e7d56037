import { createMemory } from '@vsm/adapter-memory';
import { migrate, type SourceRead } from '@vsm/core';
import { expect, it } from 'vitest';
import { alterCollections, filledMemory, makeRecords } from './stores.ts';

// What each store counts by itself takes as long as reading it: neither waits for the other.

async function verified(sourceRead: SourceRead): Promise<readonly string[]> {
  const events: string[] = [];
  const source = alterCollections(await filledMemory(makeRecords(50)), () => ({
    async witnessValues() {
      events.push('source asked');
      return { by: 'a count', figures: [], unwitnessed: [] };
    },
  }));
  const target = alterCollections(createMemory(), (collection) => ({
    async scan(request, options) {
      events.push('target read');
      return collection.scan(request, options);
    },
    async witnessValues() {
      events.push('target asked');
      return { by: 'a count', figures: [], unwitnessed: [] };
    },
  }));
  const result = await migrate({ source, target, sourceCollection: 'docs', checkpoints: false, sourceRead });
  expect(result.verification).toMatchObject({ passed: true, values: [{ by: 'a count' }, { by: 'a count' }] });
  return events;
}

it('asks the source for its values before the target is read, where the copy has read it all', async () => {
  const events = await verified('once');
  expect(events.indexOf('source asked')).toBeLessThan(events.indexOf('target read'));
  expect(events.filter((event) => event.endsWith('asked'))).toEqual(['source asked', 'target asked']);
});

it('asks each side once where the source is read again', async () => {
  const events = await verified('twice');
  expect(events.filter((event) => event.endsWith('asked'))).toEqual(['source asked', 'target asked']);
});
