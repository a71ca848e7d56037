import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import changelog from '../../.changeset/changelog.mjs';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.changeset');

const changesets = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const [, head = '', summary = ''] = /^---\n(.*?)---\n+(.*)$/s.exec(text) ?? [];
    const bumps = new Map([...head.matchAll(/^'?([^':]+)'?: (\w+)$/gm)].map(([, one = '', bump = '']) => [one, bump]));
    return { name, bumps, summary: summary.trim() };
  });

const packages = readdirSync(join(root, 'packages')).map(
  (name) =>
    JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly version: string;
    },
);

it.for(packages)('$name is released, or its first release is 0.1.0', ({ name, version }) => {
  if (version !== '0.0.0') return;
  const bumps = changesets.map((one) => one.bumps.get(name)).filter((bump) => bump !== undefined);
  expect(new Set(bumps)).toContain('minor');
  expect(bumps).not.toContain('major');
});

it.for(changesets)(
  '$name names packages that there are, and says in whole sentences what changed',
  ({ bumps, summary }) => {
    const names = packages.map(({ name }) => name);
    expect(bumps.size).toBeGreaterThan(0);
    for (const name of bumps.keys()) expect(names).toContain(name);
    expect(summary).toMatch(/^[A-Z`'"~-].*[.:)`]$/s);
    expect(summary.length).toBeLessThan(1500);
  },
);

it('writes a changelog without commits, and one line for all that follows from other packages', async () => {
  expect(await changelog.getReleaseLine({ summary: 'One.\n\nTwo.\n' })).toBe('- One.\n\n  Two.');
  expect(await changelog.getDependencyReleaseLine([], [])).toBe('');
  const updated = [
    { name: '@vsm/core', newVersion: '0.1.0' },
    { name: '@vsm/report', newVersion: '0.1.0' },
  ];
  expect(await changelog.getDependencyReleaseLine([], updated)).toBe('- With @vsm/core 0.1.0, @vsm/report 0.1.0.');
});
