// Builds the documentation as `npm run site` does, and reads it: every link and anchor, and in a browser what people see.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { EXPLANATIONS } from '../../packages/cli/src/commands/explain/explanations.ts';
import { relink } from '../../site/generate/paths.ts';
import { CHROMIUM, launch, openPage, SCHEMES, WIDTHS } from '../page/browser.ts';
import { serveFolder } from './serve.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const dist = join(root, 'site/dist');

let output = '';
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  const words = ['--conditions=@vsm/source', join(root, 'site/build.ts')];
  const { stdout, stderr } = await execute(process.execPath, words, { cwd: root, maxBuffer: 1e8 });
  output = stdout + stderr;
}, 3_600_000);

const pages = (): string[] =>
  readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));

describe('the site', () => {
  it('has no link that leads nowhere, anchors included', () => {
    const anchors = new Map<string, ReadonlySet<string>>();
    const anchorsOf = (file: string): ReadonlySet<string> => {
      const known = anchors.get(file);
      if (known !== undefined) return known;
      const found = new Set([...readFileSync(file, 'utf8').matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id));
      anchors.set(file, found);
      return found;
    };
    const dead = pages().flatMap((page) => {
      const from = join(dist, page);
      return [...readFileSync(from, 'utf8').matchAll(/<a [^>]*?href="([^"]*)"/g)].flatMap(([, href = '']) => {
        if (/^[a-z]+:/.test(href)) return [];
        const [path = '', anchor = ''] = href.replaceAll('&amp;', '&').split('#');
        const at = path.startsWith('/') ? join(dist, path) : join(dirname(from), path);
        const file =
          path === ''
            ? from
            : [at, `${at}.html`, join(at, 'index.html')].find((one) => existsSync(one) && statSync(one).isFile());
        if (file === undefined) return [`${page}: ${href}`];
        const id = decodeURIComponent(anchor);
        return id === '' || anchorsOf(file).has(id) ? [] : [`${page}: ${href}`];
      });
    });
    expect(dead).toEqual([]);
    expect(pages().length).toBeGreaterThan(80);
    expect(output).not.toMatch(/error/i);
  });

  it('refuses a page whose link leads nowhere', () => {
    expect(() => relink('[x](nowhere.md)', 'docs/cli.md', 'cli.md')).toThrow('docs/cli.md links to nowhere.md');
    expect(relink('[x](../packages/core)', 'docs/cli.md', 'cli.md')).toBe('[x](./packages/core.md)');
    expect(relink('[x](../LICENSE)', 'docs/cli.md', 'cli.md')).toBe('x');
  });

  it('has a page of every store that an adapter names, and of every move that one looks for', () => {
    const folders = readdirSync(join(root, 'packages')).filter((name) => name.startsWith('adapter-'));
    for (const folder of folders) {
      const { stores } = JSON.parse(readFileSync(join(root, 'packages', folder, 'store.json'), 'utf8')) as {
        stores: readonly { name: string; location: string; movesTo: readonly string[] }[];
      };
      for (const { name, location, movesTo } of stores) {
        const scheme = location.replace(/:.*/s, '');
        const page = readFileSync(join(dist, 'stores', `${scheme}.html`), 'utf8');
        expect(page).toContain(name);
        expect(page).toContain('Not carried');
        // One that is not there yet has no page.
        const others = readdirSync(join(dist, 'stores'));
        for (const to of movesTo.filter((one) => others.includes(`${one}.html`))) {
          expect(readdirSync(join(dist, 'moves'))).toContain(`${scheme}-to-${to}.html`);
        }
      }
    }
  });

  it('has a place for each code of an error and each loss, which is what vsm explain says of it', async () => {
    const errors = await readFile(join(dist, 'errors.html'), 'utf8');
    for (const name of EXPLANATIONS.keys()) expect(errors).toContain(`id="${name.toLowerCase().replaceAll('_', '-')}"`);
  });

  it('has every command, and a list for language models', async () => {
    const commands = await readFile(join(dist, 'commands.html'), 'utf8');
    for (const name of ['inspect', 'migrate', 'mcp', 'doctor']) expect(commands).toContain(`id="vsm-${name}"`);
    const llms = await readFile(join(dist, 'llms.txt'), 'utf8');
    const [, ...linked] = [...llms.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    expect(linked.length).toBeGreaterThan(60);
    for (const path of linked) expect(existsSync(join(dist, path))).toBe(true);
  });
});

const absent = CHROMIUM === undefined;

test.skipIf(absent)(
  'the site in a browser: NOT RUN where there is no Chromium (install it, or set CHROMIUM_PATH)',
  () => {
    expect(CHROMIUM).toBeDefined();
  },
);

describe.each(absent ? [] : ['in a browser'])('%s', () => {
  // Each width and each scheme once: they do not depend on each other.
  const SIZES = WIDTHS.map((width, index) => ({ width, colorScheme: SCHEMES[index] ?? 'light' }));
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serveFolder>>;
  let axe: string;
  beforeAll(async () => {
    const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    [browser, site, axe] = await Promise.all([launch(), serveFolder(dist), readFile(path, 'utf8')]);
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  async function open(path: string, { width, colorScheme }: (typeof SIZES)[number]): Promise<Page> {
    const page = await openPage(browser, { viewport: { width, height: 844 }, colorScheme });
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(site.url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });
    await page.goto(`${site.url}${path}`, { waitUntil: 'networkidle' });
    // Set once the page is alive; before, its buttons do nothing.
    await page.locator('.VPSwitchAppearance[title*="theme"]').first().waitFor({ state: 'attached' });
    expect(elsewhere).toEqual([]);
    return page;
  }

  const KINDS = [
    '/',
    '/stores.html',
    '/stores/qdrant.html',
    '/moves/chroma-to-qdrant.html',
    '/commands.html',
    '/errors.html',
    '/guides/docker.html',
    '/api/mcp/src.html',
  ];

  test.each(SIZES.flatMap((size) => KINDS.map((path) => ({ ...size, path }))))(
    '$path at $width pixels, $colorScheme: usable, and no wider than the screen',
    async ({ path, ...size }) => {
      const page = await open(path, size);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
      const serious = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, nodes }) =>
            `${id}: ${nodes
              .map(({ html }) => html)
              .slice(0, 3)
              .join(' ')}`,
        );
      expect(serious).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
        0,
      );
    },
  );

  test.each(SIZES)('a migration stands in the first screen at $width pixels, $colorScheme', async (size) => {
    const page = await open('/', size);
    const box = await page.getByText('1000 compared by value').boundingBox();
    expect(box === null ? Infinity : box.y + box.height).toBeLessThan(844);
  });

  test('the search finds a page by a word in it', async () => {
    const page = await open('/', { width: 1280, colorScheme: 'light' });
    await page.keyboard.press('Control+k');
    await page.getByRole('searchbox').fill('halfvec');
    const found = page.getByRole('option').filter({ hasText: /pgvector|Postgres/ });
    await found.first().waitFor();
    expect(await found.count()).toBeGreaterThan(0);
  });
});
