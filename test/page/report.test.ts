import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, VsmError, type MigrationResult, type VerificationReport } from '@vsm/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkReportPath, reportHtml, writeReport } from '@vsm/report';
import { failureOf, type JudgedSearch, type ReportRun } from '@vsm/report';
import { withPages, type Pages } from '../../packages/cli/src/pages/run-pages.ts';
import { alterCollections, filledMemory, makeRecords } from '../engine/stores.ts';
import { differing, documentOf, HOSTILE, hostileRecords, judgedSearch, migrated } from './documents.ts';

let folder: string;
let result: MigrationResult;
beforeAll(async () => {
  [folder, result] = await Promise.all([mkdtemp(join(tmpdir(), 'vsm-report-')), migrated()]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The words of a page, as a reader sees them. */
function words(page: string): string {
  return page
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

const outcome = (changes: Partial<MigrationResult>): ReportRun['outcome'] => ({
  kind: 'migrated',
  result: { ...result, ...changes },
});

const verification = (changes: Partial<VerificationReport>): VerificationReport => {
  if (result.verification === undefined) throw new Error('the run was not verified');
  return { ...result.verification, ...changes };
};

describe('a judgement', () => {
  test('is shown with its spread, and its worst queries side by side', async () => {
    const judgement = await judgedSearch();
    const page = words(reportHtml(documentOf({ kind: 'judged', judgement })));
    expect(page).toMatch(/Search differs The overlap is 0\.\d+, and 0\.99 was asked for/);
    expect(page).toMatch(/records of the source, chosen by chance, were their own queries/);
    expect(page).toMatch(/Worst queries .* only here/);
    expect(reportHtml(documentOf({ kind: 'judged', judgement }))).toMatch(/share more than nine tenths/);
  });

  test('stands in the report of its run, which passes only with it, and passes for nothing where nothing was asked for', async () => {
    const failed = await judgedSearch();
    const passed = { ...failed, passed: true, failures: [] };
    const ofRun = (judgement: JudgedSearch): string =>
      words(reportHtml(documentOf({ kind: 'migrated', result, judgement })));
    expect(ofRun(failed)).toMatch(/Search differs The overlap is 0\.\d+.* Search judged/);
    expect(ofRun(passed)).toMatch(/Passed 300 records arrived, and nothing was lost .* Search judged/);
    const unasked = { ...passed, least: { overlap: undefined, recall: undefined } };
    expect(words(reportHtml(documentOf({ kind: 'judged', judgement: unasked })))).toMatch(
      /Judged \d+(?:\.\d+)? % of the first 10 answers are the same .* Nobody said how many have to be/,
    );
  });
});

describe('the report', () => {
  test('stands alone: no script, no link to anywhere, its own style and nothing else let in', () => {
    const page = reportHtml(documentOf(outcome({})));
    expect(page).not.toMatch(/<script|<iframe|<object|<base|<form|@import|url\(|\sstyle="|\son\w+="/i);
    expect(page.match(/(?:src|href)="(?!#|data:)/g)).toBeNull();
    expect(page.match(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/g)).toBeNull();
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`);
  });

  test('says what a run came to', () => {
    const seen = words(reportHtml(documentOf(outcome({}))));
    expect(seen).toContain('300 records arrived, and nothing was lost');
    for (const part of ['Verification', 'Search overlap', 'Throughput', 'Latency', 'Plan', 'Run', 'Settings']) {
      expect(seen).toContain(part);
    }
    expect(seen).toContain('300 compared by value');
    expect(seen).toContain('100 % of the hits are the same');
    expect(seen).toContain('records/s');
    expect(seen).toContain('batch-size 20');
    expect(seen).toContain('read from memory');
  });

  test.each([
    [
      'rejected records',
      { vectorsFailed: 2, vectorsMigrated: 298 },
      /Records rejected 2 records were rejected by the target; 298 records arrived/,
    ],
    ['no verification', { verification: undefined }, /Copied, not verified 300 records arrived; nobody compared them/],
    ['a dry run', { metadata: 'dry-run' as const }, /Dry run 300 records would be moved .* Nothing was written/],
  ])('says so after %s', (_what, changes, expected) => {
    const { metadata, ...rest } = { metadata: undefined, ...changes };
    const dry = metadata === 'dry-run' ? { metadata: { ...result.metadata, dryRun: true } } : {};
    expect(words(reportHtml(documentOf(outcome({ ...rest, ...dry }))))).toMatch(expected);
  });

  test.each([
    [
      new VsmError('SCHEMA_INCOMPATIBLE', 'Would lose sparse-vectors.'),
      /Refused Nothing was written Would lose sparse-vectors\./,
    ],
    [new Error('socket hang up'), /Failed The run ended with an error socket hang up/],
    [
      Object.assign(new VsmError('INTERRUPTED', 'stopped'), { runId: 'run-1', resumable: true }),
      /Interrupted .* vsm resume run-1 finishes it/,
    ],
  ])('says why nothing came of it: %s', (error, expected) => {
    expect(words(reportHtml(documentOf({ kind: 'failed', failure: failureOf(error) })))).toMatch(expected);
  });

  test('lists the first hundred differences and how many there are', async () => {
    const changed = await differing(makeRecords(150));
    const page = reportHtml(documentOf(changed));
    expect(words(page)).toMatch(/Differences 1 record missing, 1 too many and 298 values differ/);
    expect(words(page)).toMatch(/The first 100 of 300 differences/);
    expect(page.match(/class="kind (?:missing|extra|changed)"/g)).toHaveLength(100);
    // No more than that, even if core listed more.
    if (changed.kind !== 'verified') throw new Error('not a verification');
    const { differences } = changed.verification;
    const many = { ...changed.verification, differences: [...differences, ...differences] };
    const longer = reportHtml(documentOf({ kind: 'verified', verification: many }));
    expect(longer.match(/class="kind (?:missing|extra|changed)"/g)).toHaveLength(100);
  });

  test('draws how many hits are shared, and never a full picture of less', () => {
    const search = { passed: false, queries: 20, topK: 10, overlap: 0.899, required: 0.9, exact: false };
    const page = reportHtml(documentOf(outcome({ verification: verification({ passed: false, search }) })));
    const dots = /<svg\s+class="dots".*?<\/svg>/s.exec(page)?.[0] ?? '';
    expect(dots.match(/class="found"/g)).toHaveLength(89);
    expect(dots.match(/class="lost"/g)).toHaveLength(1);
    expect(dots.match(/class="spare"/g)).toHaveLength(10);
    expect(words(page)).toContain('searches agree on only 89.9 %');
    const almost = { ...search, passed: true, overlap: 0.9999 };
    const other = reportHtml(documentOf(outcome({ verification: verification({ search: almost }) })));
    expect(/<svg\s+class="dots".*?<\/svg>/s.exec(other)?.[0].match(/class="found"/g)).toHaveLength(99);
    expect(words(other)).toContain('99.9 % of the hits');
  });

  test('has a part for each of several collections, as good as the worst', async () => {
    const page = reportHtml(documentOf(outcome({}), await differing(makeRecords(10)), outcome({})));
    expect(words(page)).toContain('Differences 2 of 3 collections passed');
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, reference] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(reference);
  });

  test('escapes ids, fields, values and locations', async () => {
    const hostile = await migrated(hostileRecords());
    const rejected = HOSTILE.map((text) => ({ id: text, namespace: text, reason: 'refused' as const, detail: text }));
    const document = documentOf(
      { kind: 'migrated', result: { ...hostile, rejected, vectorsFailed: rejected.length, warnings: [...HOSTILE] } },
      await differing(hostileRecords()),
      { kind: 'failed', failure: failureOf(new Error(HOSTILE.join('\n'))) },
    );
    const page = reportHtml({
      ...document,
      command: HOSTILE[0],
      settings: Object.fromEntries(HOSTILE.map((text) => [text, text])),
    });
    const clean = reportHtml(documentOf(outcome({})));
    for (const tag of ['<script', '<img', '<style', '</style', '\u202E']) {
      expect({ tag, times: page.split(tag).length }).toEqual({ tag, times: clean.split(tag).length });
    }
    expect(page).not.toMatch(/\sonmouseover='/);
    expect(page).toContain('&lt;script&gt;document.title');
    expect(words(page)).toContain('\\u{202e}gnp.exe');
  });

  test('holds no secrets, wherever they come from', async () => {
    process.env['VSM_TEST_API_KEY'] = 'key-of-the-environment';
    try {
      const document = documentOf(outcome({}), await differing(hostileRecords()), {
        kind: 'failed',
        failure: failureOf(
          new Error('401 for key-of-the-environment at postgres://me:hunter4@host/db?api_key=hunter5'),
        ),
      });
      const page = reportHtml({
        ...document,
        settings: {
          apiKey: 'hunter6',
          source: 'postgres://me:hunter7@host/db',
          stores: { here: { password: 'hunter8', url: 'https://host?token=hunter9' } },
          filter: '{"a":"key-of-the-environment"}',
        },
      });
      expect(page.match(/hunter\d|key-of-the-environment/g)).toBeNull();
      expect(page).toContain('***');
      expect(words(page)).toContain('not shown: the field is named like a secret');
    } finally {
      delete process.env['VSM_TEST_API_KEY'];
    }
  });
});

describe('the file', () => {
  const context = { signal: new AbortController().signal, onProgress: () => undefined };

  test('is written whole or not at all, and leaves nothing beside it', async () => {
    const own = await mkdtemp(join(folder, 'whole-'));
    const path = join(own, 'report.html');
    await writeFile(path, 'the old report');
    // A report that cannot be rendered must leave the old one.
    const broken = {
      ...documentOf(outcome({})),
      runs: [{ source: 's', target: 't', outcome: { kind: 'migrated' } as never }],
    };
    await expect(writeReport(path, broken)).rejects.toThrow(/could not be written to .*report\.html/);
    expect(await readFile(path, 'utf8')).toBe('the old report');
    await writeReport(path, documentOf(outcome({})));
    expect(await readFile(path, 'utf8')).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    expect(await readdir(own)).toEqual(['report.html']);
  });

  test('is refused before anything is moved where it cannot be written', async () => {
    await expect(checkReportPath(folder)).rejects.toMatchObject({ code: 'INVALID_OPTIONS', message: /it is a folder/ });
    await writeFile(join(folder, 'file'), '');
    let moved = false;
    const options = {
      command: 'migrate',
      report: join(folder, 'file', 'report.html'),
      settings: {},
    };
    const running = withPages(options, async () => {
      moved = true;
    });
    await expect(running(context)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(moved).toBe(false);
  });

  test('is written after a failure too, and the failure is passed on', async () => {
    const path = join(folder, 'new', 'folder', 'failed.html');
    const source = await filledMemory(makeRecords(10));
    const broken = alterCollections(source, () => ({
      scan: () => Promise.reject(new VsmError('UNAUTHORIZED', 'the key lacks read access')),
    }));
    const options = {
      command: 'migrate',
      report: path,
      settings: { source: 'memory:source', report: path },
    };
    const running = withPages(options, (pages: typeof context & Pages) => {
      const migrator = new VectorStoreMigrator({ source: broken, target: createMemory(), checkpoints: false });
      return pages.track({ source: 'memory:source', target: 'memory:target' }, () =>
        migrator.migrate({ sourceCollection: 'docs', signal: pages.signal, control: pages.control }),
      );
    });
    await expect(running(context)).rejects.toThrow('the key lacks read access');
    expect(words(await readFile(path, 'utf8'))).toMatch(/Refused Nothing was written the key lacks read access/);
  });
});
