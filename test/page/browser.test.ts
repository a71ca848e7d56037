import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportHtml } from '@vsm/report';
import { failureOf } from '@vsm/report';
import { CHROMIUM, launch, openPage, SCHEMES, WIDTHS } from './browser.ts';
import { differing, documentOf, HOSTILE, hostileRecords, judgedSearch, migrated } from './documents.ts';
import { parquet, start, vsm, type Started } from './vsm.ts';

const SIZES = WIDTHS.flatMap((width) => SCHEMES.map((colorScheme) => ({ width, colorScheme })));
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const absent = CHROMIUM === undefined;

// The only test that may be skipped; where it is, the others of this file are not run either.
test.skipIf(absent)(
  'pages in a browser: NOT RUN where there is no Chromium (install it, or set CHROMIUM_PATH)',
  async () => {
    const browser = await launch();
    expect(browser.isConnected()).toBe(true);
    await browser.close();
  },
);

describe.each(absent ? [] : ['pages in a browser'])('%s', () => {
  let browser: Browser;
  let folder: string;
  let axe: string;
  const reports: Record<string, string> = {};

  beforeAll(async () => {
    [browser, folder, axe] = await Promise.all([
      launch(),
      mkdtemp(join(tmpdir(), 'vsm-browser-')),
      readFile(axePath, 'utf8'),
    ]);
    const [passed, hostile, differences] = await Promise.all([
      migrated(),
      migrated(hostileRecords()),
      differing(hostileRecords()),
    ]);
    const rejected = HOSTILE.map((id) => ({ id, reason: 'refused' as const, detail: id }));
    const documents = {
      passed: documentOf({ kind: 'migrated', result: passed }),
      judged: documentOf({ kind: 'judged', judgement: await judgedSearch() }),
      hostile: documentOf(
        { kind: 'migrated', result: { ...hostile, rejected, vectorsFailed: rejected.length } },
        differences,
        { kind: 'judged', judgement: await judgedSearch(hostileRecords()) },
        { kind: 'failed', failure: failureOf(new Error(HOSTILE.join(' '))) },
      ),
    };
    for (const [name, document] of Object.entries(documents)) {
      reports[name] = join(folder, `${name}.html`);
      await writeFile(reports[name], reportHtml(document));
    }
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  interface Watched {
    readonly page: Page;
    /** What the browser complained about. */
    readonly complaints: string[];
    readonly requests: string[];
  }

  async function open(url: string, options: BrowserContextOptions): Promise<Watched> {
    const page = await openPage(browser, options);
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(url);
    return { page, complaints, requests };
  }

  const sized = ({ width, colorScheme }: (typeof SIZES)[number]): BrowserContextOptions => ({
    viewport: { width, height: 800 },
    colorScheme,
  });

  /** Names of what keeps people from using the page, and how much of it there is. */
  async function violations(page: Page): Promise<string[]> {
    // Evaluated, not added as a script: the policy of the page stays as it is.
    await page.evaluate(axe);
    const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  const overflow = (page: Page): Promise<number> =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  describe.each(['passed', 'judged', 'hostile'])('the report %s', (name) => {
    test.each(SIZES)('at $width pixels, $colorScheme', async (size) => {
      const url = pathToFileURL(reports[name] ?? '').href;
      const { page, complaints, requests } = await open(url, sized(size));
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect(complaints).toEqual([]);
      // The file itself, and the icon that is part of it.
      expect(requests.filter((request) => !request.startsWith('data:'))).toEqual([url]);
      // Its style was let in, and nothing that a record brought along ran.
      expect(await page.evaluate('getComputedStyle(document.querySelector(".page")).maxWidth')).toBe('1120px');
      expect(await page.title()).not.toBe('owned');
      expect(await page.evaluate('document.querySelectorAll("main script, main img, main style").length')).toBe(0);
      await page.close();
    });
  });

  test('the report prints light, whatever the screen is, and whole', async () => {
    const { page } = await open(pathToFileURL(reports['passed'] ?? '').href, { colorScheme: 'dark' });
    const paper = 'getComputedStyle(document.body).backgroundColor';
    expect(await page.evaluate(paper)).toBe('rgb(20, 22, 26)');
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(paper)).toBe('rgb(255, 255, 255)');
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
    await page.close();
  });

  describe('the live page', () => {
    /** Records that last until the test has seen enough of them. */
    const slowly = ['--batch-size', '10', '--concurrency', '1', '--max-records-per-second', '10', '--verify', 'count'];
    const begin = (name: string): Started =>
      start(['migrate', parquet, `file:${join(folder, name)}`, ...slowly, '--run-dir', join(folder, 'runs'), '--ui']);

    test('looks well, pauses, goes on, stops after asking, and leaves a run that can be resumed', async () => {
      const run = begin('stopped.jsonl');
      const url = await run.url;
      for (const size of SIZES) {
        const { page, complaints } = await open(url, sized(size));
        await page.getByText('of 1,000 records').waitFor();
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
        expect(complaints).toEqual([]);
        await page.close();
      }
      const { page, complaints } = await open(url, {});
      const status = page.getByRole('status');
      await page.getByRole('button', { name: 'Pause' }).press('Enter');
      await page.getByRole('button', { name: 'Resume' }).waitFor();
      expect(await status.textContent()).toBe('Paused');
      // Whoever works with the keyboard finds the opposite button where the first one was.
      expect(await page.evaluate('document.activeElement.id')).toBe('resume');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      expect(await status.textContent()).toBe('Copying');

      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('button', { name: 'Keep going' }).click();
      expect(await status.textContent()).toBe('Copying');
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();

      const heading = page.getByRole('heading', { level: 1, name: 'The run was stopped before its end' });
      await heading.waitFor();
      expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
      const { code, stderr } = await run.ended;
      expect(code).toBe(130);
      const runId = /vsm resume (\S+)/.exec(stderr)?.[1] ?? '';
      expect(await page.getByText(`vsm resume ${runId} finishes it`).count()).toBe(1);
      expect(await violations(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();

      const report = join(folder, 'resumed.html');
      const resumed = await vsm('resume', runId, '--run-dir', join(folder, 'runs'), '--report', report, '--json');
      expect(JSON.parse(resumed.stdout)).toMatchObject({ success: true, vectorsMigrated: 1000 });
      expect(await readFile(report, 'utf8')).toContain('1,000 records arrived, and nothing was lost');
    });
  });
});
