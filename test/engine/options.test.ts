import { createMemory } from '@vsm/adapter-memory';
import * as core from '@vsm/core';
import {
  VectorStoreMigrator,
  type MigrateOptions,
  type VectorRecord,
  type VectorStoreMigratorOptions,
} from '@vsm/core';
import { expect, it } from 'vitest';

/** As a program in JavaScript hands them over, which no compiler has looked at. */
type Options = VectorStoreMigratorOptions & MigrateOptions;
const asGiven = (options: object): Options => options as Options;

const SECRET = 'qdrant://user:password@localhost';

async function stores(): Promise<Pick<Options, 'source' | 'target' | 'checkpoints' | 'sourceCollection'>> {
  const source = createMemory();
  await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const docs = await source.openCollection('docs');
  await docs.upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: { keep: true } }]);
  return { source, target: createMemory(), sourceCollection: 'docs', checkpoints: false };
}

it.each<[option: object, message: RegExp]>([
  [{ fliter: { keep: false } }, /migrate has no option "fliter"\. Did you mean "filter"\? Nothing was done/],
  [{ constructor: 1 }, /migrate has no option "constructor"\. It has: /],
  [{ source: undefined }, /source is missing: it must be a vector store/],
  [{ source: SECRET }, /source must be a vector store, as the factory of an adapter makes it, but is a text/],
  [{ target: Promise.resolve(createMemory()) }, /target must be .*but is a promise: await it first/],
  [{ sourceCollection: 3 }, /sourceCollection must be a text, but is 3/],
  [{ metric: 'cosinus' }, /metric must be one of cosine, .*but is "cosinus"/],
  [{ checkpoints: { directory: './runs' } }, /checkpoints must be the path of a folder, a CheckpointStore, or false/],
  [{ onProgress: 'log' }, /onProgress must be a function, but is "log"/],
  [{ observer: 5 }, /observer must be a RunObserver, but is 5/],
  [{ validate: 'no' }, /validate must be true or false, but is "no"/],
  [{ deleteExtra: 0 }, /deleteExtra must be true or false, but is 0/],
  [{ mode: 'replace' }, /mode must be one of copy, sync, but is "replace"/],
  [{ allowLoss: 'all' }, /allowLoss must be a list of texts, but is "all"/],
  [{ transform: {} }, /transform must be a function, but is an object/],
  [{ signal: new AbortController() }, /signal must be an AbortSignal/],
  [{ namespaces: [1] }, /namespaces must be a list of texts, but is a list/],
])('%o is refused by name before anything is done', async (option, message) => {
  const given = await stores();
  const error: Error = await core.migrate(asGiven({ ...given, ...option })).then(
    () => expect.fail('it went through'),
    (cause: unknown) => cause as Error,
  );
  expect(error).toMatchObject({ name: 'ValidationError', message: expect.stringMatching(message) });
  expect(error.message).not.toContain('password');
  expect(await given.target.listCollections()).toEqual([]);
});

const { plan, verify, estimate, resume, diff } = core;

it.each(Object.entries({ plan, verify, estimate, resume, diff }))(
  '%s refuses what is no option of any call',
  async (call, run) => {
    const options = { ...(await stores()), runId: call === 'resume' ? 'x' : undefined, dryRuns: true };
    await expect((run as (given: object) => Promise<unknown>)(options)).rejects.toThrow(`${call} has no option`);
  },
);

it('one object may serve a plan, its run and a verification, but a comparison as they are has no transform', async () => {
  const options = {
    ...(await stores()),
    verify: 'values',
    level: 'values',
    dryRun: false,
    transform: (one: object) => one,
  };
  const given = asGiven(options);
  expect((await core.plan(given)).losses).toEqual([]);
  expect((await core.migrate(given)).success).toBe(true);
  expect((await core.verify(given)).passed).toBe(true);
  await expect(core.diff(given)).rejects.toThrow('diff has no option "transform"');
});

it('a call may be told otherwise than its migrator, for itself alone', async () => {
  const { source, target } = await stores();
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  const heard: string[] = [];
  const own = { validate: false, onProgress: ({ phase }: { phase: string }) => void heard.push(phase) };
  expect((await migrator.migrate({ sourceCollection: 'docs', targetCollection: 'one', ...own })).verification).toBe(
    undefined,
  );
  expect(heard).toContain('copying');
  heard.length = 0;
  const plain = await migrator.migrate({ sourceCollection: 'docs', targetCollection: 'two' });
  expect(plain.verification).toMatchObject({ passed: true });
  expect(heard).toEqual([]);
});

it('a migrator may be told the pace of all its calls', async () => {
  const source = createMemory();
  await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'cosine' } } });
  const docs = await source.openCollection('docs');
  await docs.upsert(Array.from({ length: 6 }, (_, at) => ({ id: `${at}`, vectors: { '': [at + 1] }, metadata: {} })));
  const migrator = new VectorStoreMigrator({
    source,
    target: createMemory(),
    checkpoints: false,
    batchSize: 2,
    concurrency: 1,
  });
  const batches = async (options: { batchSize?: number }, targetCollection: string): Promise<number> => {
    let most = 0;
    const onProgress = ({ phase, currentBatch }: { phase: string; currentBatch: number }): void => {
      if (phase === 'copying') most = Math.max(most, currentBatch);
    };
    await migrator.migrate({ sourceCollection: 'docs', targetCollection, validate: false, onProgress, ...options });
    return most;
  };
  expect([await batches({}, 'one'), await batches({ batchSize: 6 }, 'two')]).toEqual([3, 1]);
  expect(() => new VectorStoreMigrator({ source, target: createMemory(), mode: 'sync' } as never)).toThrow(
    'no option "mode"',
  );
});

it('asks the same of the migrator and of its calls', async () => {
  const { source, target } = await stores();
  expect(() => new VectorStoreMigrator(asGiven({ source }))).toThrow('target is missing');
  expect(() => new VectorStoreMigrator(asGiven({ source, target, retries: 3 }))).toThrow('no option "retries"');
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  await expect(migrator.migrate(asGiven({ sourceCollection: 'docs', batchsize: 10 }))).rejects.toThrow('"batchSize"');
});

it.each<[result: (record: VectorRecord) => unknown, problem: string]>([
  [() => undefined, 'it is of type undefined'],
  [() => null, 'it is null'],
  [(record) => [record], 'it is a list'],
  [(record) => ({ ...record, id: 5 }), 'its id is not a text'],
  [({ id, vectors }) => ({ id, vectors }), 'its metadata is no object'],
  [(record) => ({ ...record, vectors: [1, 2] }), 'its vectors are no object of vectors by name'],
  [(record) => ({ ...record, vectors: { '': 'abc' } }), 'its vector "" is no list of numbers'],
  [(record) => ({ ...record, vectors: { '': { indices: [1] } } }), 'its vector "" is no list of numbers'],
  [(record) => ({ ...record, document: 7 }), 'its document is no text'],
  [() => ({ dropped: true }), 'a dropped record needs a reason'],
])('a transform %# that returns no record says of which, and what was wrong', async (transform, problem) => {
  const given = await stores();
  const running = core.migrate(asGiven({ ...given, transform }));
  await expect(running).rejects.toThrow(`The transform returned no record for "a": ${problem}`);
  expect(await given.target.listCollections()).toEqual([]);
});

it('a transform may return what it was given, and leave a record out', async () => {
  const given = await stores();
  const transform = (record: VectorRecord): unknown => (record.id === 'a' ? record : core.dropRecord('not wanted'));
  expect(await core.migrate(asGiven({ ...given, transform }))).toMatchObject({ success: true, vectorsMigrated: 1 });
});
