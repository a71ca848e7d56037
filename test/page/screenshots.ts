// Takes the pictures in docs/screenshots: a report that passed, one with differences, the live page and that of a move, of real runs.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page, PageScreenshotOptions } from 'playwright-core';
import { createPgvector } from '@vsm/adapter-pgvector';
import { startChroma } from '@vsm/service-chroma';
import { CHROMIUM, launch, SCHEMES, WIDTHS } from './browser.ts';
import { runningMove } from './running-move.ts';
import { smallPng } from './small-png.ts';
import { parquet, root, start, type Started } from './vsm.ts';

if (CHROMIUM === undefined) throw new Error('No Chromium: install it, or name it in CHROMIUM_PATH.');
/** Pixels above and below. */
const MARGIN = 16;
/** Words after the command name the pictures to take; without any, all are. */
const asked = process.argv.slice(2);
const isAsked = (name: string): boolean => asked.length === 0 || asked.includes(name);
const out = join(root, 'docs/screenshots');
const folder = await mkdtemp(join(tmpdir(), 'vsm-screenshots-'));
const [browser, chroma] = await Promise.all([launch(), startChroma()]);
const runs = ['live', 'report', 'proof', 'differences', 'gate', 'gate-plan'];
try {
  if (isAsked('move')) await pictureMove(browser);
  if (runs.some(isAsked)) await pictureRuns();
} finally {
  await Promise.all([browser.close(), chroma.stop()]);
  await rm(folder, { recursive: true, force: true });
}

async function pictureRuns(): Promise<void> {
  const source = `chroma://${new URL(chroma.url).host}/packages`;
  // As a user in a folder of their own would write it: no paths of this machine are in the pictures.
  const target = 'pglite:./db?table=packages';
  const vsm = (...words: string[]): Started => start(words, folder);
  await vsm('migrate', parquet, source, '--quiet').ended;

  // Slow enough to be seen: 1,000 records are gone in a second otherwise.
  const slowly = ['--batch-size', '20', '--max-records-per-second', '100', '--verify', 'search'];
  const passed = join(folder, 'passed.html');
  const live = vsm('migrate', source, target, ...slowly, '--ui', '--report', passed);
  if (isAsked('live')) await pictureLive(browser, await live.url);
  const { code, stderr } = await live.ended;
  if (code !== 0) throw new Error(`The run ended with ${code}: ${stderr}`);
  if (isAsked('report')) await pictureFile(browser, 'report', passed);
  if (isAsked('proof')) await pictureParts(browser, passed, 'proof', ['census', 'roads']);

  await spoil(join(folder, 'db'));
  const differing = join(folder, 'differences.html');
  await vsm('verify', source, target, '--level', 'search', '--report', differing).ended;
  if (isAsked('differences')) await pictureFile(browser, 'differences', differing);

  const gated = join(folder, 'gated.html');
  const cut = ['--dimensions', '128', '--datatype', 'float16', '--yes', '--gate', '0.9'];
  await vsm('migrate', source, 'pglite:./cut?table=packages', ...cut, '--report', gated).ended;
  if (isAsked('gate')) await pictureParts(browser, gated, 'gate', ['judged', 'worst'], 1500);
  if (isAsked('gate-plan')) await pictureParts(browser, gated, 'gate-plan', ['plan', 'plan']);
}

async function pictureMove(opened: Browser): Promise<void> {
  const { page: url, stop } = await runningMove(folder);
  try {
    const page = await opened.newPage({ viewport: { width: 900, height: 700 }, colorScheme: 'light' });
    await page.goto(url);
    await page.getByText('Reads that both stores answered').waitFor();
    await shoot(opened, page, 'move-900-light');
    await page.close();
  } finally {
    await stop();
  }
}

/** Loses some records, changes others and adds one, so that there is something to find. */
async function spoil(dataDir: string): Promise<void> {
  const store = createPgvector({ dataDir });
  const table = await store.openCollection('packages');
  const { records } = await table.scan({ limit: 40, include: ['vectors', 'metadata'] });
  const [first, second, third, ...others] = records;
  if (first === undefined || second === undefined || third === undefined) throw new Error('The table is empty.');
  await table.delete(others.slice(0, 9).map(({ id }) => id));
  await table.upsert([
    { ...first, document: `${first.document} (edited)` },
    { ...second, metadata: { ...second.metadata, section: 'misc' } },
    { ...third, id: 'a-package-that-debian-never-had' },
  ]);
  await store.close();
}

async function pictureFile(opened: Browser, name: string, path: string): Promise<void> {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      // One picture of the differences is enough: the rest of that page looks like the other.
      if (name === 'differences' && (width !== 1280 || colorScheme !== 'light')) continue;
      const page = await opened.newPage({ viewport: { width, height: 900 }, colorScheme });
      await page.goto(pathToFileURL(path).href);
      await shoot(opened, page, `${name}-${width}-${colorScheme}`);
      await page.close();
    }
  }
}

/** Parts of a report from the one to the other, at a size that can be read in the middle of a text. */
async function pictureParts(
  opened: Browser,
  path: string,
  name: string,
  ids: readonly [string, string],
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  const page = await opened.newPage({ viewport: { width: 900, height: 900 }, colorScheme: 'light' });
  await page.goto(pathToFileURL(path).href);
  const parts = await Promise.all(ids.map((id) => page.locator(`section[aria-labelledby="${id}"]`).boundingBox()));
  const boxes = parts.flatMap((box) => box ?? []);
  if (boxes.length < parts.length) throw new Error(`The report lacks one of ${ids.join(', ')}.`);
  const top = Math.min(...boxes.map(({ y }) => y)) - MARGIN;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN;
  await shoot(opened, page, `${name}-900-light`, { x: 0, y: top, width: 900, height: Math.min(most, bottom - top) });
  await page.close();
}

async function pictureLive(opened: Browser, url: string): Promise<void> {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const page = await opened.newPage({ viewport: { width, height: 900 }, colorScheme });
      await page.goto(url);
      await page.getByText(/[1-9]\d \D*of 1,000 records/).waitFor();
      await shoot(opened, page, `live-${width}-${colorScheme}`);
      await page.close();
    }
  }
}

type Clip = NonNullable<PageScreenshotOptions>['clip'];

/** The whole page, or a part of it. */
async function shoot(opened: Browser, page: Page, name: string, clip?: Clip): Promise<void> {
  const picture = await page.screenshot({
    fullPage: true,
    animations: 'disabled',
    ...(clip !== undefined && { clip }),
  });
  // On a page of its own: those that are pictured let nothing in.
  const blank = await opened.newPage();
  const small = await smallPng(blank, picture);
  await blank.close();
  await writeFile(join(out, `${name}.png`), small);
  console.log(`docs/screenshots/${name}.png  ${Math.round(small.length / 1000)} kB`);
}
