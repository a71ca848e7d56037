import { expect, it } from 'vitest';
import type { CollectionV1 } from '../spec/v1.ts';
import { wrapCollection } from './wrap.ts';

class Counting implements CollectionV1 {
  readonly name = 'docs';
  calls = 0;
  describe = async (): Promise<never> => Promise.reject(new Error('not asked'));
  upsert = this.describe;
  fetch = this.describe;
  delete = this.describe;
  query = this.describe;
  scan = this.describe;
  async count(): Promise<{ value: number; exact: boolean }> {
    this.calls += 1;
    return { value: this.calls, exact: true };
  }
  async flush(): Promise<void> {
    this.calls += 10;
  }
}

it('changes the verbs that it is told to, keeps the others whole, and adds none', async () => {
  const inner = new Counting();
  const wrapped = wrapCollection(inner, {
    count: (count) => async (request, options) => ({ ...(await count(request, options)), exact: false }),
    listNamespaces: (list) => list,
  });
  expect(await wrapped.count()).toEqual({ value: 1, exact: false });
  await wrapped.flush?.();
  expect(inner.calls).toBe(11);
  expect(wrapped.name).toBe('docs');
  expect(Object.keys(wrapped)).not.toContain('listNamespaces');
  expect(Object.keys(wrapped)).not.toContain('partition');
});
