import { VsmError, type CollectionV1, type RemoteError } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import type { ConformanceContext } from '../context.ts';
import { describeError, expectEqual, expectRefusal, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeId, makeRecord, makeRecords, makeVector } from '../records.ts';
import { canWrite } from './applies.ts';

export const errorCases: readonly ConformanceCase[] = [
  {
    id: 'errors/an-aborted-signal-stops-every-call',
    title: 'a call with an aborted signal is ABORTED before anything happens',
    hint: 'The factory does not return guardStore(…); a method does not pass on its options.',
    async run(context) {
      const { store, capabilities, filled, name } = context;
      const records = makeRecords(capabilities, 3);
      const collection = await filled(records);
      const options = { signal: AbortSignal.abort(new Error('stop')) };
      const created = name();
      const schema = { name: created, vectors: { '': { kind: 'dense', dimension: 4 } as const } };
      const writes = canWrite(capabilities);
      const actions: Record<string, () => Promise<unknown>> = {
        listCollections: () => store.listCollections(options),
        openCollection: () => store.openCollection(collection.name, options),
        ...readCalls(
          collection,
          records.map(({ id }) => id),
          options,
        ),
        ...(writes && {
          createCollection: () => store.createCollection(schema, options),
          upsert: () => collection.upsert([makeRecord(capabilities, 9)], options),
          delete: () => collection.delete([makeId(capabilities, 0)], options),
          ...(store.dropCollection !== undefined && {
            dropCollection: async () => store.dropCollection?.(collection.name, options),
          }),
        }),
      };
      for (const [what, action] of Object.entries(actions)) {
        await expectRefusal(action, 'ABORTED', what);
      }
      const listed = await store.listCollections();
      expectThat(!listed.includes(created), 'createCollection was aborted, but the collection exists');
      expectEqual((await readAll(collection)).length, 3, 'records left after aborted writes');
    },
  },
  {
    id: 'errors/name-the-adapter-and-keep-the-secret',
    title: 'errors carry code and adapter, say more than that, and never contain the secret',
    hint: 'The message quotes a URL or connection string with the password in it; VsmError is created without { adapter }.',
    async run(context) {
      const { store, adapter, secret, name, filled, capabilities } = context;
      const collection = await filled(makeRecords(capabilities, 2));
      const errors = [
        await expectRefusal(() => store.openCollection(name()), 'NOT_FOUND', 'opening an unknown name'),
        await expectRefusal(
          () => collection.scan({ limit: 1, include: [], cursor: 'foreign' }),
          'INVALID_CURSOR',
          'a foreign cursor',
        ),
        ...(canWrite(capabilities)
          ? [
              await expectRefusal(
                async () =>
                  store.createCollection({ name: collection.name, vectors: (await collection.describe()).vectors }),
                'CONFLICT',
                'creating a taken name',
              ),
            ]
          : []),
      ];
      for (const error of errors) {
        expectEqual(error.adapter, adapter, `adapter of the error ${error.code}`);
        expectThat(error.message.length > 10, `the message of ${error.code} says nothing: "${error.message}"`);
        expectNoSecret(error, secret);
      }
      expectThat(secret === undefined || !store.location.includes(secret), 'store.location contains the secret');
    },
  },
  {
    id: 'errors/nobody-there-is-worth-another-try',
    title: 'a database that does not answer is REMOTE_FAILED, retryable, and cannot be closed into an error',
    hint: 'toVsmError does not know the client’s connection error, whose code lies in `cause`; close() connects first.',
    needs: 'unreachable',
    async run({ unreachable, adapter, secret }) {
      const store = await unreachable?.();
      expectThat(store !== undefined, 'the option `unreachable` is not given');
      const error = await expectRefusal(() => store.listCollections(), 'REMOTE_FAILED', 'listing without a server');
      expectEqual((error as RemoteError).retryable, true, 'retryable');
      expectEqual(error.adapter, adapter, 'adapter');
      expectThat(error.cause !== undefined, 'the error of the vendor’s client must be kept as `cause`');
      expectNoSecret(error, secret);
      await store.close();
    },
  },
  {
    id: 'errors/a-busy-store-is-worth-another-try',
    title: 'a store that is busy is REMOTE_FAILED and retryable, so that core tries again',
    hint: 'toVsmError does not know the code by which the vendor says busy, locked, throttled or too many connections.',
    needs: 'busy',
    async run({ offered, adapter, secret }) {
      const busy = await offered.busy?.();
      expectThat(busy !== undefined, 'the option `busy` is not given');
      const { store, call } = busy;
      try {
        const error = await expectRefusal(() => call(store), 'REMOTE_FAILED', 'a call of a busy store');
        expectEqual((error as RemoteError).retryable, true, 'retryable');
        expectEqual(error.adapter, adapter, 'adapter');
        expectNoSecret(error, secret);
      } finally {
        await store.close();
      }
    },
  },
  {
    id: 'errors/a-dropped-collection-is-not-found',
    title: 'using an opened collection after it was dropped is NOT_FOUND or empty, never another error',
    hint: 'The vendor’s 404 or "no such table" is not mapped in toVsmError for reads and writes.',
    appliesTo: canWrite,
    async run({ store, capabilities, filled, settle }) {
      if (store.dropCollection === undefined) return;
      const collection = await filled(makeRecords(capabilities, 2));
      await store.dropCollection(collection.name);
      const ids = [makeId(capabilities, 0)];
      await settle(async () => {
        for (const [what, action] of Object.entries(readCalls(collection, ids))) {
          const problem = await oddError(action);
          expectThat(problem === undefined, `${what} after the drop: expected NOT_FOUND, but got ${problem}`);
        }
      });
    },
  },
];

function readCalls(
  collection: CollectionV1,
  ids: readonly string[],
  options?: { readonly signal: AbortSignal },
): Record<string, () => Promise<unknown>> {
  return {
    describe: () => collection.describe(options),
    count: () => collection.count(undefined, options),
    scan: () => collection.scan({ limit: 1, include: [] }, options),
    fetch: () => collection.fetch(ids, options),
    query: () => collection.query({ vector: makeVector(1), topK: 1 }, options),
  };
}

function expectNoSecret(error: VsmError, secret: ConformanceContext['secret']): void {
  if (secret === undefined) return;
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    expectThat(!current.message.includes(secret), `the message of ${current.name} contains the secret`);
  }
}

async function oddError(action: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return VsmError.isInstance(error) && ['NOT_FOUND', 'UNSUPPORTED'].includes(error.code)
      ? undefined
      : describeError(error);
  }
}
