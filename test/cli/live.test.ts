import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createSqlite } from '@vsm/adapter-sqlite';
import { recordKey } from '@vsm/core';
import { sqliteStorage } from '@vsm/distributed/sqlite';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { createJournal, openLive, postgresTriggers, TIMINGS, type MoveHeader, type MoveStatus } from '@vsm/live';
import { liveCollection } from '@vsm/live/vsm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { main, testEnvironment, vsm, type Ended } from './process.ts';

const QUICK = { ...TIMINGS, lease: 3000, late: 100, poll: 50 };
/** Past all that is held. */
const LATER = Number.MAX_SAFE_INTEGER;

let folder: string;
let server: Awaited<ReturnType<typeof startQdrantEmulator>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-live-'));
  server = await startQdrantEmulator();
  const store = createQdrant({ url: server.url });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  await (await store.openCollection('docs')).upsert([recordOf('1', 1), recordOf('2', 2)]);
  await store.close();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const recordOf = (id: string, value: number) => ({
  id,
  vectors: { '': new Float32Array([1, 0]) },
  metadata: { value },
});
const places = (): string[] => [`qdrant://${new URL(server.url).host}/docs`, 'sqlite:./new.db/docs'];
const live = (...words: string[]): Promise<Ended> => vsm(['live', ...words], { cwd: folder, env: ENVIRONMENT });

const ENVIRONMENT = { VSM_LIVE_JOURNAL: 'sqlite:./journal.db', VSM_RUN_DIR: './runs' };

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done()));
}

/** Takes steps until one leads to the phase. */
async function reach(name: string, phase: string, ...words: string[]): Promise<void> {
  await until(async () => {
    const { code, stdout, stderr } = await live('next', name, '--json', ...words);
    if (code !== 0 && code !== 3) throw new Error(stderr);
    return code === 0 && (JSON.parse(stdout) as { row: { phase: string } }).row.phase === phase;
  });
}

describe('vsm live', () => {
  it('plans a move, and says whether there is a way back', async () => {
    const { code, stdout } = await live('plan', ...places());
    expect(code).toBe(0);
    expect(stdout).toContain('2 records of "docs" in qdrant to "docs" in sqlite');
    expect(stdout).toContain('after the switch there is a way back');
  });

  it('says where the journal has to be named, and which moves there are not', async () => {
    const nowhere = await vsm(['live', 'status', 'docs'], { cwd: folder });
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('--journal postgresql://') });
    const unknown = await live('status', 'other');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no move "other"') });
  });

  it('refuses what only a copy at rest can do', async () => {
    const { code, stderr } = await live('plan', 'sqlite:./old.db/docs', 'sqlite:./new.db/docs');
    expect(code).toBe(2);
    expect(stderr).toContain('it cannot be moved while it is written to');
  });

  it('moves while an application writes, tells of itself, and goes back', async () => {
    const planned = await live('plan', ...places(), '--json');
    const header = { ...(JSON.parse(planned.stdout) as MoveHeader), move: 'docs', timings: QUICK };
    const storage = await sqliteStorage(join(folder, 'journal.db'));
    const journal = createJournal(storage, 'docs');
    await journal.create(header);
    const application = await openLive({
      move: 'docs',
      journal: storage,
      whenJournalIsDown: 'refuse-writes',
      name: 'app',
    });
    const refused = await live('finish', 'docs');
    expect(refused).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('only what is switched can be finished'),
    });

    const rejected = recordKey({ id: '9', namespace: 'other' });
    await journal.touched([rejected]);
    for await (const mark of journal.marks()) await journal.refuse([{ ...mark, why: 'too large' }], LATER);
    expect((await live('status', 'docs')).stdout).toContain(`refused: ${rejected}: too large`);
    expect(await live('next', 'docs', '--accept', '9')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No record "9" is rejected'),
    });
    expect(await live('next', 'docs', '--accept', rejected)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('phase journal'),
    });

    const running = spawn(process.execPath, [...main, 'live', 'run', 'docs'], {
      cwd: folder,
      env: { ...testEnvironment, ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => {
      running.kill('SIGKILL');
    });
    const [said, doing] = [text(running.stdout), text(running.stderr)];
    const stores = {
      source: createQdrant({ url: server.url }),
      target: createSqlite({ path: join(folder, 'new.db') }),
    };
    const docs = await liveCollection(application, stores);
    await reach('docs', 'drain');
    await docs.upsert([recordOf('3', 3)]);
    await docs.delete(['1']);
    await reach('docs', 'canary', '--ungated');
    await reach('docs', 'switched');
    const status = JSON.parse((await live('status', 'docs', '--json')).stdout) as MoveStatus;
    expect(status).toMatchObject({ marks: 0, phase: { phase: 'switched' }, facts: { copied: { records: 2 } } });
    expect(status.instances.map(({ name }) => name)).toEqual(['app']);
    const found = await docs.fetch(['1', '2', '3']);
    expect(new Set(found.map(({ id, metadata }) => JSON.stringify([id, metadata['value']])))).toEqual(
      new Set(['["2",2]', '["3",3]']),
    );

    expect(await live('next', 'docs')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('vsm live finish docs'),
    });
    await docs.upsert([recordOf('4', 4)]);
    await until(async () => (await live('back', 'docs')).code === 0);
    const there = await (await stores.source.openCollection('docs')).fetch(['1', '2', '3', '4']);
    expect(new Set(there.map(({ id }) => id))).toEqual(new Set(['2', '3', '4']));

    running.kill('SIGTERM');
    expect(await said).toContain('ended in phase drain');
    expect(await doing).toContain('draining the source\ndraining the target');
    await application.close();
    await Promise.all([stores.source.close(), stores.target.close(), storage.close()]);
  });

  it('prints the triggers of a table, to be run by psql', async () => {
    const { install, remove } = postgresTriggers({ move: 'docs', table: 'shop.docs', id: 'the id', namespace: 'room' });
    const words = ['triggers', 'docs', 'shop.docs', 'the id', 'room'];
    expect((await live(...words)).stdout).toBe(install);
    expect((await live(...words, '--remove')).stdout).toBe(remove);
  });

  it('shows what is in doubt with both values, and what is gone, until somebody has judged it', async () => {
    const planned = await live('plan', ...places(), '--json');
    const storage = await sqliteStorage(join(folder, 'journal.db'));
    const journal = createJournal(storage, 'doubts');
    await journal.create({ ...(JSON.parse(planned.stdout) as MoveHeader), move: 'doubts' });
    const { newName } = journal;
    await journal.keepValues(
      { id: newName(), side: 'source', keys: ['/7'], at: 0, answered: true },
      new Map([['/7', { source: JSON.stringify({ id: '7', metadata: { late: true } }) }]]),
    );
    const shown = await live('doubts', 'doubts');
    expect(shown.stdout).toContain('7: written to the source after the switch\n  source: {');
    expect(shown.stdout).toContain('target: no record');
    expect((await live('status', 'doubts')).stdout).toContain('vsm live doubts doubts');
    expect(await live('doubts', 'doubts', '--settle', '8')).toMatchObject({ code: 2 });
    expect((await live('doubts', 'doubts', '--settle', '7')).stdout).toContain('nothing is in doubt');

    expect(await live('gone', 'doubts', 'app')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No instance "app" takes part'),
    });
    await journal.beat({ id: 'one', name: 'app', records: true });
    expect(await live('gone', 'doubts', 'app')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('app is there'),
    });
    await storage.close();
  });

  it('says why the next step may not be taken yet, and ends with 3', async () => {
    const planned = await live('plan', ...places(), '--json');
    const storage = await sqliteStorage(join(folder, 'journal.db'));
    const journal = createJournal(storage, 'waits');
    await journal.create({ ...(JSON.parse(planned.stdout) as MoveHeader), move: 'waits' });
    const refusal = async (): Promise<string> => {
      const { code, stdout, stderr } = await live('next', 'waits', '--ungated');
      expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
      return stdout;
    };
    await journal.change(1, { phase: 'journal' });
    await journal.beat({ id: 'one', name: 'app', ack: 1 });
    expect(await refusal()).toBe('phase journal: not yet\n  instance app has not acknowledged journal\n');

    const { now } = await journal.seen();
    await journal.change(2, { phase: 'shadow' });
    await journal.setFact('verified', { at: now, version: 3, compared: 2, differing: 0, ids: [] });
    const figures = { marks: 9, lagMs: 25_000, drained: 0, refused: 0, doing: 'draining the source' };
    await journal.lease({ holder: 'runner', figures });
    expect(await refusal()).toBe('phase shadow: not yet\n  the drain is 25 s behind\n');

    await journal.change(3, { phase: 'canary' });
    await journal.setFact('gap', { at: now + 1, why: 'instance app may have written without marks' });
    await journal.touched([recordKey({ id: '9' })]);
    for await (const mark of journal.marks()) await journal.refuse([{ ...mark, why: 'too large' }], LATER);
    const refused = await refusal();
    expect(refused).toContain('verified again, for since the last time instance app may have written without marks;');
    expect(refused).toContain('a record is rejected: 9: too large; accept or mend it');
    await storage.close();
  });

  it('shows the status again and again, until the move is done', async () => {
    const planned = await live('plan', ...places(), '--json');
    const storage = await sqliteStorage(join(folder, 'journal.db'));
    const journal = createJournal(storage, 'watched');
    await journal.create({ ...(JSON.parse(planned.stdout) as MoveHeader), move: 'watched' });
    const showing = spawn(process.execPath, [...main, 'live', 'status', 'watched', '--watch'], {
      cwd: folder,
      env: { ...testEnvironment, ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => {
      showing.kill('SIGKILL');
    });
    const said = text(showing.stdout);
    const ended = once(showing, 'exit');
    let shown = '';
    let { version } = (await journal.seen()).row;
    const phases = ['drain', 'switched', 'done'] as const;
    for await (const chunk of showing.stderr.setEncoding('utf8')) {
      shown += String(chunk);
      const phase = phases[version - 1];
      if (phase === undefined || !shown.includes(`phase ${version === 1 ? 'off' : phases[version - 2]}`)) continue;
      ({ version } = await journal.change(version, { phase }));
    }
    expect(await said).toContain('watched: phase done');
    expect(await ended).toEqual([0, null]);
    await storage.close();
  });

  it('shows the status on a page of this machine, until it is ended', async () => {
    const planned = await live('plan', ...places(), '--json');
    const storage = await sqliteStorage(join(folder, 'journal.db'));
    const journal = createJournal(storage, 'shown');
    await journal.create({ ...(JSON.parse(planned.stdout) as MoveHeader), move: 'shown' });
    await journal.beat({ id: 'one', name: 'app <b>' });
    const figures = { marks: 90, lagMs: 20_000, drained: 400, refused: 0, doing: 'draining the source' };
    const rates = { inPerSecond: 2.5, outPerSecond: 4, drainedInMs: 60_000, fallsBehind: false };
    await journal.lease({ holder: 'runner', figures: { ...figures, rates } });
    const told = '2.5 marks/s in, 4.0 out, drained in about 60 s';
    const showing = spawn(process.execPath, [...main, 'live', 'status', 'shown', '--ui'], {
      cwd: folder,
      env: { ...testEnvironment, ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => {
      showing.kill('SIGKILL');
    });
    const said = text(showing.stdout);
    let url = '';
    for await (const chunk of showing.stderr.setEncoding('utf8')) {
      url += String(chunk);
      if (url.includes('\n')) break;
    }
    const page = await (await fetch(/http\S+/.exec(url)?.[0] ?? '')).text();
    expect(page).toContain('shown: phase off');
    expect(page).toContain('app &lt;b&gt;');
    expect(page).toContain(told);
    showing.kill('SIGTERM');
    expect(await said).toContain('shown: phase off');
    expect(await said).toContain(`  rates: ${told}`);

    await journal.lease({
      holder: 'runner',
      claim: { holder: 'runner', epoch: 1 },
      figures: { ...figures, rates: { inPerSecond: 4, outPerSecond: 4, fallsBehind: true } },
    });
    expect((await live('status', 'shown')).stdout).toContain('4.0 marks/s in, 4.0 out: not converging');
    const { runner } = JSON.parse((await live('status', 'shown', '--json')).stdout) as MoveStatus;
    expect(runner?.figures?.rates).toEqual({ inPerSecond: 4, outPerSecond: 4, fallsBehind: true });
    await storage.close();
  });
});
