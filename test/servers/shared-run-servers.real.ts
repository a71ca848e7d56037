import { Redis } from 'ioredis';
import pg from 'pg';
import { inspectServer, type ServerFinding } from '@vsm/distributed';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { vsm } from '../cli/process.ts';
import { redisProgram, startRedis, type RedisServer } from '../fleet/redis-server.ts';
import { serverCache } from './cache.ts';

// What `vsm doctor --queue` says of the servers of a shared run, asked of real ones.

const { PGVECTOR_URL } = process.env;
if (PGVECTOR_URL === undefined) throw new Error('name a PostgreSQL: PGVECTOR_URL=postgresql://user@host/database');

afterEach(() => {
  vi.restoreAllMocks();
});

const named = (findings: readonly ServerFinding[], check: string): ServerFinding | undefined =>
  findings.find((finding) => finding.check === check);

/** A clock here that is so far from the server's. */
function shiftClock(ms: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
}

describe('of PostgreSQL', () => {
  const settings = { fsync: '', version: '' };
  beforeAll(async () => {
    const client = new pg.Client({ connectionString: PGVECTOR_URL });
    await client.connect();
    const { rows } = await client.query<typeof settings>(
      "SELECT current_setting('fsync') AS fsync, current_setting('server_version') AS version",
    );
    Object.assign(settings, rows[0]);
    await client.end();
  });

  it('its version, its connections, its clock, and whether it keeps what it acknowledges', async () => {
    const findings = await inspectServer({ url: PGVECTOR_URL, role: 'ledger' });
    expect(named(findings, 'ledger')).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/PostgreSQL \d+.*, \d+ connections/),
    });
    expect(named(findings, 'ledger')?.detail).toContain(settings.version);
    expect(named(findings, 'ledger: clock')).toMatchObject({ status: 'ok' });
    const keeps = settings.fsync === 'on';
    expect(named(findings, 'ledger: durability')).toMatchObject({ status: keeps ? 'ok' : 'problem' });
  });

  it('that it may lose what it acknowledged, where a session does not wait for its disk', async () => {
    const url = new URL(PGVECTOR_URL);
    url.searchParams.set('options', '-c synchronous_commit=off');
    const of = async (role: 'ledger' | 'queue') =>
      named(await inspectServer({ url: url.href, role }), `${role}: durability`);
    expect(await of('ledger')).toMatchObject({
      status: 'problem',
      advice: expect.stringMatching(/synchronous_commit/),
    });
    expect(await of('queue')).toMatchObject({ status: 'warning' });
  });

  it.each([-10_000, 10_000])('that its clock is another one: %i ms', async (ms) => {
    shiftClock(ms);
    const found = named(await inspectServer({ url: PGVECTOR_URL, role: 'queue' }), 'queue: clock');
    expect(found).toMatchObject({ status: 'warning', advice: expect.stringMatching(/NTP/) });
  });
});

const program = await redisProgram(serverCache()).catch(() => undefined);
if (program === undefined) console.log('NOT RUN Redis: install redis-server, or Python 3.10 or later with pip');
else {
  describe('of Redis', () => {
    let keeping: RedisServer;
    let forgetful: RedisServer;
    beforeAll(async () => {
      [keeping, forgetful] = await Promise.all([startRedis(program, true), startRedis(program, false)]);
    });
    afterAll(async () => {
      await Promise.all([keeping.stop(), forgetful.stop()]);
    });

    const configure = async (url: string, name: string, value: string): Promise<void> => {
      const client = new Redis(url);
      await client.config('SET', name, value);
      client.disconnect();
    };

    it('nothing, where it keeps everything', async () => {
      for (const role of ['ledger', 'queue'] as const) {
        const findings = await inspectServer({ url: keeping.url, role });
        expect(findings.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
        expect(named(findings, role)?.detail).toBe(`Redis ${keeping.version}`);
      }
    });

    it('that it forgets without AOF, and that a ledger needs each change on the disk', async () => {
      const durability = async ({ url }: RedisServer, role: 'ledger' | 'queue') =>
        named(await inspectServer({ url, role }), `${role}: durability`);
      expect(await durability(forgetful, 'queue')).toMatchObject({
        status: 'warning',
        advice: expect.stringMatching(/appendonly yes/),
      });
      expect(await durability(forgetful, 'ledger')).toMatchObject({
        status: 'problem',
        advice: expect.stringMatching(/appendfsync always/),
      });
      await configure(keeping.url, 'appendfsync', 'everysec');
      expect(await durability(keeping, 'queue')).toMatchObject({ status: 'ok' });
      expect(await durability(keeping, 'ledger')).toMatchObject({ status: 'problem' });
      await configure(keeping.url, 'appendfsync', 'always');
    });

    it('that it evicts', async () => {
      await configure(forgetful.url, 'maxmemory-policy', 'allkeys-lru');
      const memory = async (role: 'ledger' | 'queue') =>
        named(await inspectServer({ url: forgetful.url, role }), `${role}: memory`);
      expect(await memory('queue')).toMatchObject({ status: 'warning', advice: expect.stringMatching(/noeviction/) });
      expect(await memory('ledger')).toMatchObject({ status: 'problem' });
      await configure(forgetful.url, 'maxmemory-policy', 'noeviction');
    });

    it.each([-10_000, 10_000])('that its clock is another one: %i ms', async (ms) => {
      shiftClock(ms);
      const found = named(await inspectServer({ url: keeping.url, role: 'queue' }), 'queue: clock');
      expect(found).toMatchObject({ status: 'warning', advice: expect.stringMatching(/NTP/) });
    });

    it('the same on the command line, for queue and ledger, and of one that is away', async () => {
      const checks = async (...words: string[]) => {
        const { code, stdout } = await vsm(['doctor', ...words, '--json']);
        const { findings } = JSON.parse(stdout) as { findings: readonly ServerFinding[] };
        return { code, findings };
      };
      const both = await checks('--queue', forgetful.url, '--run-dir', keeping.url);
      expect(named(both.findings, 'queue: durability')).toMatchObject({ status: 'warning' });
      expect(named(both.findings, 'ledger: durability')).toMatchObject({ status: 'ok' });
      expect(both.code).toBe(0);
      const alone = await checks('--queue', forgetful.url);
      expect(named(alone.findings, 'ledger: durability')).toMatchObject({ status: 'problem' });
      expect(alone.code).not.toBe(0);
      const away = await checks('--queue', 'redis://127.0.0.1:1', '--run-dir', keeping.url);
      expect(named(away.findings, 'queue')).toMatchObject({
        status: 'problem',
        detail: expect.stringMatching(/does not answer/),
      });
    });
  });
}
