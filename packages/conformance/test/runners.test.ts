import { createMemory } from '@vsm/adapter-memory';
import type { VectorStoreV1 } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { conformanceCases, runConformance, type ConformanceCase, type ConformanceOptions } from '../src/index.ts';
import { expectThat } from '../src/expectations.ts';
import { runCase } from '../src/run-case.ts';
import { sharedMemory } from './shared-memory.ts';

const options: ConformanceOptions = { adapter: 'memory', connect: createMemory };

function caseThat(run: ConformanceCase['run'], changes: Partial<ConformanceCase> = {}): ConformanceCase {
  return { id: 'test/one', title: 'a case', hint: 'the usual cause', run, ...changes };
}

const passing = caseThat(async () => {});
const failing = caseThat(async () => expectThat(false, 'it is broken'));

describe('one case', () => {
  it('passes', async () => {
    expect(await runCase(passing, options)).toEqual({ id: 'test/one', title: 'a case', status: 'passed' });
  });

  it('fails with what was wrong and the usual causes', async () => {
    expect(await runCase(failing, options)).toMatchObject({
      status: 'failed',
      detail: 'it is broken',
      hint: 'the usual cause',
    });
  });

  it('fails, and does not throw, where the adapter throws something odd', async () => {
    const odd = caseThat(async () => {
      throw new TypeError('x is undefined');
    });
    expect(await runCase(odd, options)).toMatchObject({
      status: 'failed',
      detail: 'unexpected TypeError: x is undefined',
    });
  });

  it('fails where nothing can be connected to', async () => {
    const connect = async (): Promise<VectorStoreV1> => {
      throw new Error('no such host');
    };
    expect(await runCase(passing, { adapter: 'memory', connect })).toMatchObject({
      status: 'failed',
      detail: 'unexpected Error: no such host',
    });
  });

  it('fails where it hangs', async () => {
    const hanging = caseThat(() => new Promise(() => {}));
    expect(await runCase(hanging, { ...options, timeoutMs: 20 })).toMatchObject({
      status: 'failed',
      detail: 'not finished after 20 ms',
    });
  });

  it('does not run where the capabilities rule it out', async () => {
    const off = caseThat(async () => expectThat(false, 'it ran'), { appliesTo: ({ namespaces }) => !namespaces });
    expect(await runCase(off, options)).toMatchObject({ status: 'not-applicable' });
  });

  it('leaves nothing behind, whether it passes, fails or closes its store', async () => {
    const { connect } = sharedMemory();
    const runs: ConformanceCase['run'][] = [
      async ({ create }) => void (await create()),
      async ({ create }) => {
        await create();
        expectThat(false, 'it is broken');
      },
      async ({ create, store }) => {
        await create();
        await store.close();
      },
    ];
    for (const run of runs) await runCase(caseThat(run), { adapter: 'memory', connect });
    expect(await connect().listCollections()).toEqual([]);
  });

  it('closes every store that it opened', async () => {
    const opened: VectorStoreV1[] = [];
    const connect = (): VectorStoreV1 => {
      const store = createMemory();
      opened.push(store);
      return store;
    };
    await runCase(
      caseThat(async (context) => void (await context.connect())),
      { adapter: 'memory', connect },
    );
    expect(opened).toHaveLength(2);
    for (const store of opened) await expect(store.listCollections()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('fails where a collection cannot be dropped', async () => {
    const connect = (): VectorStoreV1 => ({
      ...createMemory(),
      async dropCollection() {
        throw new Error('locked');
      },
    });
    const creating = caseThat(async ({ create }) => void (await create()));
    expect(await runCase(creating, { adapter: 'memory', connect })).toMatchObject({
      status: 'failed',
      detail: 'while cleaning up: unexpected Error: locked',
    });
  });
});

describe('a declared deviation', () => {
  const deviations = { 'test/one': 'the server cannot, see https://example.com/issues/1' };

  it('is not a failure while the case fails', async () => {
    expect(await runCase(failing, { ...options, deviations })).toMatchObject({
      status: 'deviation',
      detail: deviations['test/one'],
    });
  });

  it('fails once the case passes', async () => {
    expect(await runCase(passing, { ...options, deviations })).toMatchObject({
      status: 'failed',
      detail: 'it passes now, but is listed under `deviations`: remove the entry',
    });
  });

  it('fails where the case does not apply', async () => {
    const off = { ...failing, appliesTo: () => false };
    expect(await runCase(off, { ...options, deviations })).toMatchObject({ status: 'failed' });
  });

  it('does not hide a mess', async () => {
    const connect = (): VectorStoreV1 => ({
      ...createMemory(),
      async close() {
        throw new Error('pool is gone');
      },
    });
    expect(await runCase(failing, { adapter: 'memory', connect, deviations })).toMatchObject({
      status: 'failed',
      detail: 'it is broken; while cleaning up: unexpected Error: pool is gone',
    });
  });

  it('is an error where there is no such case', async () => {
    const unknown = { ...options, deviations: { 'scan/no-such-case': 'none' } };
    await expect(runConformance(unknown)).rejects.toThrow('deviations: there is no case "scan/no-such-case"');
  });
});

describe('the report', () => {
  it('is plain JSON that counts every case once', async () => {
    const { connect, raw } = sharedMemory({
      over: (store) => ({ ...store, location: '' }),
      capabilities: { namespaces: false },
    });
    const seen: string[] = [];
    const report = await runConformance({
      adapter: 'memory',
      connect,
      raw,
      deviations: { 'harness/connects-to-the-named-adapter': 'it has no location' },
      onCase: ({ id }) => seen.push(id),
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report).toMatchObject({
      adapter: 'memory',
      failed: 0,
      deviations: 1,
      witnesses: { raw: true, unreachable: false, secret: false },
    });
    expect(report.notApplicable).toBeGreaterThan(0);
    expect(report.passed + report.failed + report.notApplicable + report.deviations).toBe(conformanceCases.length);
    expect(seen).toEqual(conformanceCases.map(({ id }) => id));
  });
});
