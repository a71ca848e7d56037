// npm run site: builds the documentation into site/dist. A link that leads nowhere fails it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vitepress';
import { readStores } from '../scripts/stores/facts.ts';
import { writeApi } from './generate/api.ts';
import { cliPage } from './generate/cli-page.ts';
import { titleOf, writeLlms } from './generate/llms.ts';
import { stage, writtenPages, type Page } from './generate/stage.ts';
import { movePage, movesIndex, movesOf, storePage } from './generate/store-pages.ts';

const home = import.meta.dirname;
const staged = join(home, '.staged');
rmSync(staged, { recursive: true, force: true });
mkdirSync(staged);

const stores = await readStores();
const moves = movesOf(stores);
const written = writtenPages();
const storePages = stores.map((store) => storePage(store, moves));
const movePages = moves.map(movePage);
const commands = cliPage();
stage([...written, ...storePages, ...movePages, movesIndex(moves), commands], staged);
await writeApi(join(staged, 'api'));

const under = (folder: string): Page[] => written.filter(({ place }) => place.startsWith(`${folder}/`));
const top = written.filter(({ place }) => !place.includes('/'));
const groups = {
  Start: top.filter(({ place }) => ['index.md', 'cli.md', 'stores.md', 'errors.md'].includes(place)),
  Guides: [...under('guides'), ...top.filter(({ place }) => place === 'leaving-chroma-cloud.md')],
  Stores: storePages,
  Moves: movePages,
  Reference: [
    commands,
    ...top.filter(
      ({ place }) => !['index.md', 'cli.md', 'stores.md', 'errors.md', 'leaving-chroma-cloud.md'].includes(place),
    ),
  ],
  Packages: under('packages'),
  Decisions: under('decisions'),
};
/** A group that can be closed has a link of its own: without one, VitePress makes a button within a button of it. */
const FIRST: Readonly<Record<string, string>> = { Stores: 'stores.md', Moves: 'moves/index.md' };
const sidebar = Object.entries(groups).map(([text, pages]) => ({
  text,
  link: `/${FIRST[text] ?? pages[0]?.place ?? ''}`,
  collapsed: !['Start', 'Guides', 'Stores'].includes(text),
  items: pages.map(({ place, text: page }) => ({
    text: place === 'index.md' ? 'Start' : titleOf(page),
    link: `/${place}`,
  })),
}));
writeFileSync(join(staged, 'sidebar.json'), JSON.stringify([...sidebar, { text: 'API', link: '/api/index.md' }]));
writeLlms(groups, join(staged, 'public'));

await build(home);
