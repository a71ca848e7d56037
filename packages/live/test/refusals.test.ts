import { createMemory } from '@vsm/adapter-memory';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, next, planMove, TIMINGS, type Journal, type NextOptions, type Phase } from '@vsm/live';
import { beforeEach, describe, expect, test } from 'vitest';
import { tellGap } from '../src/gap.ts';

// What an operator reads where a step may not be taken yet.

let now = 0;
let journal: Journal;
beforeEach(async () => {
  now = 0;
  const source = createMemory();
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  await source.createCollection(schema);
  journal = createJournal(memoryStorage({ now: () => now }), 'move');
  await journal.create(await planMove({ move: 'move', source, target: createMemory(), sourceCollection: 'docs' }));
});

/** In that phase, copied and verified, with an instance that has acknowledged and a drain that is not behind. */
async function ready(phase: Phase): Promise<void> {
  const { version } = await journal.change(1, { phase });
  await journal.beat({ id: 'one', name: 'app', ack: version });
  await journal.setFact('copied', { at: 1, version, records: 2 });
  await verified(2);
  await drains({ lagMs: 0 });
}

const verified = (at: number, differing = 0) =>
  journal.setFact('verified', { at, version: 1, compared: 2, differing, ids: [] });

const drains = (figures: { readonly lagMs: number }) =>
  journal.lease({
    holder: 'runner',
    figures: { marks: 0, drained: 0, refused: 0, doing: 'draining the source', ...figures },
  });

async function blocked(options: NextOptions = {}): Promise<readonly string[]> {
  const { row } = await journal.seen();
  const step = await next(journal, { gates: false, ...options });
  expect(step.row.version).toBe(row.version);
  return step.blocked;
}

test('an instance has not acknowledged that writes are marked, and then what it wrote before may land', async () => {
  await ready('journal');
  await journal.beat({ id: 'two', name: 'worker', ack: 1 });
  expect(await blocked()).toEqual(['instance worker has not acknowledged journal']);
  await journal.beat({ id: 'two', name: 'worker', ack: 2 });
  now += 1000;
  expect(await blocked()).toEqual(['writes without a mark may still land: try again in 149 s']);
  now += TIMINGS.lease + TIMINGS.late;
  expect((await next(journal)).row.phase).toBe('backfill');
});

test('the copy is not done, and then pages of it may land', async () => {
  await ready('backfill');
  await journal.setFact('copied', undefined);
  expect(await blocked()).toEqual(['the copy is not done; is `vsm live run` up?']);
  await journal.setFact('copied', { at: now, version: 2, records: 2 });
  expect(await blocked()).toEqual(['pages of the copy may still land: try again in 150 s']);
});

test('nothing is verified, and nobody drains', async () => {
  await ready('drain');
  await journal.setFact('verified', undefined);
  now += TIMINGS.lease + 1;
  expect(await blocked()).toEqual(['it is not verified yet', 'nobody drains: is `vsm live run` up?']);
});

test('the drain is behind', async () => {
  await ready('drain');
  await drains({ lagMs: 10_000 });
  expect((await next(journal)).row.phase).toBe('shadow');
  await lags(12_400);
  expect(await blocked()).toEqual(['the drain is 12 s behind']);
});

async function lags(lagMs: number): Promise<void> {
  const claim = { holder: 'runner', epoch: 1 };
  const figures = { marks: 9, drained: 0, refused: 0, doing: 'draining the source', lagMs };
  await journal.lease({ holder: 'runner', claim, figures });
}

test('too few reads were answered by both stores, or too unlike', async () => {
  await ready('shadow');
  const gates = { samples: 100, overlap: 0.9, errors: 0.01 };
  expect(await blocked({ gates })).toEqual(['of 100 reads that both stores are to answer there were 0']);
  const shadow = { missingFirst: 0, fallbacks: 0, sourceMs: [1, 2], targetMs: [1, 2] } as const;
  await journal.beat({ id: 'one', name: 'app', shadow: { ...shadow, samples: 200, overlap: 0.8, errors: 5 } });
  expect(await blocked({ gates })).toEqual([
    'answers of both stores share too little: 0.800',
    'the target fails too often: 2.5 %',
  ]);
});

describe('no switch is tried', () => {
  beforeEach(() => ready('canary'));

  test('after a gap, before a clean verification', async () => {
    await tellGap(journal, 'instance app may have written without marks before it was gone');
    const why =
      'it has to be verified again, for since the last time instance app may have written without marks before it was gone; is somebody writing around the journal?';
    expect(await blocked()).toEqual([why]);
    now += TIMINGS.late + 1;
    await verified(now, 3);
    expect(await blocked()).toEqual([
      'the last verification found 3 records that differed without a mark: it has to be clean once',
    ]);
  });

  test('while somebody writes around the journal, or a day after the verification', async () => {
    await journal.setFact('sampled', { at: 3, compared: 9, differing: 1, ids: ['/7'], foundAt: 3 });
    const why =
      'it has to be verified again, for since the last time records differed without a mark, such as /7; is somebody writing around the journal?';
    expect(await blocked()).toEqual([why]);
    await verified(4);
    now += 86_400_005;
    expect(await blocked()).toEqual(['it was verified more than a day ago']);
  });

  test('while a record is rejected', async () => {
    await journal.touched(['/9']);
    for await (const mark of journal.marks()) await journal.refuse([{ ...mark, why: 'too large' }], now + 1);
    expect(await blocked()).toEqual(['a record is rejected: 9: too large; accept or mend it']);
    await journal.touched(['/10']);
    for await (const mark of journal.marks()) await journal.refuse([{ ...mark, why: 'too large' }], now + 1);
    expect(await blocked()).toEqual(['2 records are rejected, such as 10: too large; accept or mend them']);
  });

  test('while a request may still land', async () => {
    await journal.unanswered({ id: 'write', side: 'source', keys: ['/a'], at: now });
    expect(await blocked()).toEqual(['requests without an answer may still change a record: try again in 120 s']);
  });
});

/** The runner acknowledges a switch as soon as somebody waits for it, unless it does not. */
const waits = (acknowledges: boolean) => ({
  now: () => now,
  async sleep() {
    now += 50;
    const { row } = await journal.seen();
    const claim = { holder: 'runner', epoch: 1 };
    await journal.lease({ holder: 'runner', claim, ...(acknowledges && { ack: row.version }) });
  },
});

describe('a switch falls back', () => {
  beforeEach(() => ready('canary'));

  test.for([
    ['an instance that says nothing', true, () => Promise.resolve(), 'instance app did not acknowledge'],
    [
      'a mark that is left',
      true,
      async () => {
        await journal.beat({ id: 'one', name: 'app', ack: 3 });
        await journal.touched(['/a']);
      },
      'marks were left',
    ],
    [
      'a drainer that is not done',
      false,
      () => journal.beat({ id: 'one', name: 'app', ack: 3 }).then(() => undefined),
      'the drainer was not done; is `vsm live run` up?',
    ],
  ] as const)('for %s', async ([, acknowledges, begin, why]) => {
    await begin();
    const { row, blocked: said } = await next(journal, { gates: false, clock: waits(acknowledges) });
    expect(row.phase).toBe('canary');
    expect(said).toEqual([`the switch fell back in time: ${why}`]);
  });

  test('for nothing of these', async () => {
    await journal.beat({ id: 'one', name: 'app', ack: 3 });
    expect((await next(journal, { gates: false, clock: waits(true) })).row.phase).toBe('switched');
  });
});
