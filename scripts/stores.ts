// The parts of README.md and docs/ that follow from the code: the tables of stores from the capabilities and `store.json` of each adapter, and
// the page of errors from the comments on their codes. Compares by default, writes with --write.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorSections, explanationsModule } from './stores/errors.ts';
import { readStores, root } from './stores/facts.ts';
import { capabilityTable, defaultsTable, storeTable, testedTable } from './stores/tables.ts';

const stores = await readStores();

/** What stands between `<!-- name -->` and `<!-- /name -->` of a page. */
const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': { stores: storeTable(stores, 'packages') },
  'docs/stores.md': {
    stores: storeTable(stores, '../packages'),
    tested: testedTable(stores),
    capabilities: capabilityTable(stores),
  },
  'docs/write-an-adapter.md': { defaults: defaultsTable() },
  'docs/errors.md': {
    codes: errorSections('packages/core/src/errors.ts', 'VsmErrorCode'),
    losses: errorSections('packages/core/src/plan/losses.ts', 'LOSS_NAMES'),
  },
};

/** Without the padding that the formatter gives to tables. */
const bare = (text: string): string => text.replaceAll(/-{3,}/g, '---').replaceAll(/ {2,}/g, ' ').trim();

const stale: string[] = [];
for (const [page, parts] of Object.entries(PARTS)) {
  const path = join(root, page);
  const before = readFileSync(path, 'utf8');
  let text = before;
  for (const [name, part] of Object.entries(parts)) {
    const place = new RegExp(`(<!-- ${name} -->\n)(.*?)(\n<!-- /${name} -->)`, 's');
    const [, , held] = place.exec(text) ?? [];
    if (held === undefined) throw new Error(`${page} has no <!-- ${name} --> and <!-- /${name} -->`);
    if (bare(held) === bare(part)) continue;
    text = text.replace(place, (_whole, open: string, _old: string, close: string) => `${open}\n${part}\n${close}`);
    stale.push(`${page}: ${name}`);
  }
  if (process.argv.includes('--write') && text !== before) writeFileSync(path, text);
}
const module = explanationsModule([
  ['packages/core/src/errors.ts', 'VsmErrorCode'],
  ['packages/core/src/plan/losses.ts', 'LOSS_NAMES'],
]);
const modulePath = 'packages/cli/src/commands/explain/explanations.ts';
// However the formatter breaks and quotes it.
const words = (text: string): string => text.replaceAll(/[\s,'"`\\]/g, '');
if (!existsSync(join(root, modulePath)) || words(readFileSync(join(root, modulePath), 'utf8')) !== words(module)) {
  stale.push(modulePath);
  if (process.argv.includes('--write')) writeFileSync(join(root, modulePath), module);
}
if (stale.length > 0 && !process.argv.includes('--write')) {
  console.error(
    `These do not say what the code says: ${stale.join(', ')}. Run: node --conditions=@vsm/source scripts/stores.ts --write && npm run format`,
  );
  process.exitCode = 1;
}
