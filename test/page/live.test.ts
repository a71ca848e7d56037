import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import {
  RunControl,
  VectorStoreMigrator,
  type MigrationInterruptedError,
  type MigrationProgress,
  type VectorStoreV1,
} from '@vsm/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePage } from '@vsm/report/live';
import { sharedProgress } from '../../packages/otel/test/shared-progress.ts';
import { alterCollections, filledMemory, makeRecords } from '../engine/stores.ts';
import { documentOf, HOSTILE, migrated } from './documents.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose every header is ours, `Host` included. */
function send(url: URL | string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.once('error', reject).end();
  });
}

interface View {
  readonly view: string;
  readonly status: string;
  readonly paused: boolean;
  readonly stopping: boolean;
}

/** Follows the events of a page; each call waits for the next one that fits. */
async function follow(url: string): Promise<(fits: (name: string, data: View) => boolean) => Promise<View>> {
  const { body } = await fetch(new URL('events', url));
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return async (fits) => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end === -1) {
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error('the events ended');
        text += value;
        continue;
      }
      const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      const parsed = JSON.parse(data) as View;
      if (fits(name, parsed)) return parsed;
    }
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-live-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let control: RunControl;
let stop: AbortController;
let page: LivePage;
beforeEach(async () => {
  control = new RunControl();
  stop = new AbortController();
  page = await LivePage.open({ command: 'migrate', control, stop: (reason) => stop.abort(reason) });
});
afterEach(() => page.end(documentOf()));

/**
 * A migration that the page follows and steers. `underway` resolves once a few of its pages were written; from there on it waits
 * for `release`, so that it cannot end before a button was pressed.
 */
function migration(source: VectorStoreV1, target: VectorStoreV1) {
  const underway = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let pages = 0;
  const watched = alterCollections(source, (collection) => ({
    async scan(scan, options) {
      pages += 1;
      if (pages === 5) underway.resolve();
      if (pages >= 5) await gate.promise;
      return collection.scan(scan, options);
    },
  }));
  page.begin({ source: 'memory:source', target: 'memory:target' });
  const migrator = new VectorStoreMigrator({
    source: watched,
    target,
    checkpoints: join(folder, 'runs'),
    onProgress: (progress) => page.show(progress),
  });
  const ended = migrator.migrate({
    sourceCollection: 'docs',
    batchSize: 10,
    concurrency: 1,
    control,
    signal: stop.signal,
  });
  return { underway: underway.promise, release: gate.resolve, ended, migrator };
}

async function countOf(store: VectorStoreV1): Promise<number> {
  const names = await store.listCollections();
  return names.includes('docs') ? (await (await store.openCollection('docs')).count()).value : 0;
}

test('of a run that several processes share it shows workers, items, and what was taken over', async () => {
  page.begin({ source: 'memory:source', target: 'memory:target' });
  page.show({
    ...sharedProgress(),
    shared: {
      items: { total: 250, done: 31, failed: 1, taken: 2 },
      workers: [{ name: '<b>machine</b>', slots: 4, held: 2, refused: 3 }],
      takeovers: 17,
      paused: true,
    },
  });
  const next = await follow(page.url);
  const { view, status } = await next((name, data) => name === 'view' && data.view.includes('Workers'));
  const text = view.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(text).toContain('items done 31 of 250 2 in hand');
  expect(text).toContain('items taken over 17');
  expect(text).toContain('items given up 1');
  expect(text).toContain('&lt;b&gt;machine&lt;/b&gt; 2 of 4 slots, 3 pages refused');
  expect(status).toBe('Paused');
});

describe('who may not talk to the page', () => {
  const own = () => new URL(page.url);
  const port = () => own().port;

  test('it listens on this machine only, at an address nobody can guess', () => {
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
  });

  test.each(['', 'wrong', 'a'.repeat(32)])('whoever has no token or another one: "%s"', async (token) => {
    for (const path of [`/${token}/`, `/${token}/events`, `/${token}`]) {
      expect(await send(`${own().origin}${path}`)).toMatchObject({ status: 403, body: 'wrong token\n' });
    }
    for (const action of ['pause', 'stop']) {
      expect((await send(`${own().origin}/${token}/${action}`, 'POST')).status).toBe(403);
    }
    expect({ paused: control.paused, stopped: stop.signal.aborted }).toEqual({ paused: false, stopped: false });
  });

  test.each([
    ['a name that was made to point here', () => `evil.example:${port()}`],
    ['localhost, which is not in the address', () => `localhost:${port()}`],
    ['another port', () => '127.0.0.1:1'],
    ['no port', () => '127.0.0.1'],
  ])('a browser that came by %s', async (_what, host) => {
    expect(await send(page.url, 'GET', { host: host() })).toMatchObject({ status: 403, body: 'wrong host\n' });
    expect((await send(new URL('stop', page.url), 'POST', { host: host() })).status).toBe(403);
    expect(stop.signal.aborted).toBe(false);
  });

  test.each(['https://evil.example', 'null', 'http://localhost:80', 'http://127.0.0.1:1'])(
    'a page of another origin: %s',
    async (origin) => {
      expect(await send(new URL('pause', page.url), 'POST', { origin })).toMatchObject({
        status: 403,
        body: 'wrong origin\n',
      });
      expect((await send(new URL('events', page.url), 'GET', { origin })).status).toBe(403);
      expect(control.paused).toBe(false);
    },
  );

  test('a form on another site, which a browser marks', async () => {
    const answer = await send(new URL('stop', page.url), 'POST', { 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(403);
    expect(stop.signal.aborted).toBe(false);
  });

  test('a link: controls are posted, pages are fetched', async () => {
    for (const action of ['pause', 'resume', 'stop']) {
      expect(await send(new URL(action, page.url))).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    }
    expect((await send(page.url, 'POST')).status).toBe(405);
    expect((await send(new URL('elsewhere', page.url))).status).toBe(404);
    // Names that every object has are no pages either.
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect((await send(new URL(name, page.url))).status).toBe(404);
      expect((await send(new URL(name, page.url), 'POST')).status).toBe(404);
    }
    expect({ paused: control.paused, stopped: stop.signal.aborted }).toEqual({ paused: false, stopped: false });
  });
});

describe('the page', () => {
  test('lets only its own script and style in, and nobody frame or keep it', async () => {
    const [first, second] = [await send(page.url), await send(page.url)];
    const policy = String(first.headers['content-security-policy']);
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(policy).toBe(
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(first.body.match(/<(?:script|style) nonce="[^"]+">/g)).toHaveLength(2);
    expect(first.body).toContain(`<script nonce="${nonce}">`);
    expect(String(second.headers['content-security-policy'])).not.toContain(nonce);
    expect(first.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  test('escapes what it shows, and masks secrets', async () => {
    page.begin({ source: HOSTILE.join(' '), target: 'postgres://me:hunter2@host/db', collection: HOSTILE[1] });
    const { body } = await send(page.url);
    expect(body).not.toContain(HOSTILE[0]);
    expect(body).toContain('&lt;script&gt;document.title');
    expect(body).not.toContain('hunter2');
    expect(body).toContain('postgres://me:***@host/db');
  });

  test('says until when a call waits', async () => {
    const heard: MigrationProgress[] = [];
    const onProgress = (progress: MigrationProgress): void => void heard.push(progress);
    const stores = { source: await filledMemory(makeRecords(10)), target: createMemory() };
    await new VectorStoreMigrator({ ...stores, checkpoints: false, onProgress }).migrate({ sourceCollection: 'docs' });
    const [progress] = heard;
    if (progress === undefined) throw new Error('nothing was told');
    page.show(progress);
    expect((await send(page.url)).body).not.toContain('waits until');
    page.show({ ...progress, waitingUntil: new Date('2026-01-01T12:04:00Z') });
    expect((await send(page.url)).body).toContain('waits until 1 Jan 2026, 12:04:00 UTC');
  });

  test('ends with the command and leaves the report with whoever looks on', async () => {
    const next = await follow(page.url);
    await next((name) => name === 'view');
    await page.end(documentOf({ kind: 'migrated', result: await migrated() }));
    const end = (await next((name) => name === 'end')) as unknown as { readonly body: string; readonly title: string };
    expect(end.title).toBe('Passed: docs · vsm');
    expect(end.body).toContain('300 records arrived, and nothing was lost');
    await expect(send(page.url)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('does not wait for a browser that hangs', async () => {
    const { port, host, pathname } = new URL(page.url);
    // It takes nothing, and never closes its side.
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(`GET ${pathname}events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    // The first event is there, so the page knows of the browser.
    await once(socket, 'readable');
    await page.end(documentOf());
    await expect(send(page.url)).rejects.toThrow(/ECONNREFUSED/);
    socket.destroy();
  });
});

describe('its buttons', () => {
  test('pause holds the run while others go on, resume lets it end', async () => {
    const target = createMemory();
    const next = await follow(page.url);
    const { underway, release, ended } = migration(await filledMemory(makeRecords(1000)), target);
    await underway;
    expect((await send(new URL('pause', page.url), 'POST', { origin: new URL(page.url).origin })).status).toBe(204);
    expect(await next((_name, { paused }) => paused)).toMatchObject({ status: 'Paused' });
    release();
    // Whole migrations that are not paused end in the meantime; this one does not move.
    for (let run = 0; run < 3; run += 1) await migrated();
    const held = await countOf(target);
    expect(held).toBeLessThan(1000);
    for (let run = 0; run < 3; run += 1) await migrated();
    expect(await countOf(target)).toBe(held);
    expect((await send(new URL('resume', page.url), 'POST')).status).toBe(204);
    expect(await next((_name, { paused }) => !paused)).not.toMatchObject({ status: 'Paused' });
    expect(await ended).toMatchObject({ success: true, vectorsMigrated: 1000 });
  });

  test.each(['running', 'paused'])('stop ends a run that is %s, and resume finishes it', async (state) => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const { underway, release, ended, migrator } = migration(source, target);
    const caught = ended.catch((error: unknown) => error);
    await underway;
    if (state === 'paused') await send(new URL('pause', page.url), 'POST');
    expect((await send(new URL('stop', page.url), 'POST')).status).toBe(204);
    release();
    const error = (await caught) as MigrationInterruptedError;
    expect(error).toMatchObject({ code: 'INTERRUPTED', resumable: true });
    const written = await countOf(target);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(1000);
    const result = await migrator.resume(error.runId);
    expect(result).toMatchObject({ success: true, vectorsMigrated: 1000, verification: { passed: true } });
  });
});
