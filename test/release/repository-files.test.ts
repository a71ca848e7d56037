import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';

const root = join(import.meta.dirname, '../..');
const template = 'packages/create-vsm-adapter/template/.github/workflows';

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(folder, name));
}

/** Refuses what YAML allows and GitHub does not: keys that come twice, and whatever the parser warns of. */
function read(path: string): unknown {
  const document = parseDocument(readFileSync(join(root, path), 'utf8'), { uniqueKeys: true });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  return document.toJS();
}

it.for([...filesOf('.github'), ...filesOf(template)])('%s is YAML', (path) => {
  expect(read(path)).toBeTypeOf('object');
});

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly needs?: readonly string[];
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = [...filesOf('.github/workflows'), ...filesOf(template)];

it.for(workflows)('%s writes nothing unless a job says so, and takes actions by hash or major version', (path) => {
  const { permissions, jobs } = read(path) as Workflow;
  expect(Object.values(permissions).filter((access) => access !== 'read')).toEqual([]);
  for (const { uses, steps = [] } of Object.values(jobs)) {
    for (const action of [uses, ...steps.map((step) => step.uses)]) {
      if (action !== undefined) expect(action).toMatch(/^\.\/\.github\/workflows\/|@(?:[0-9a-f]{40}|v\d+)$/);
    }
    for (const step of steps)
      expect(Object.keys(step)).toEqual(expect.arrayContaining([step.uses === undefined ? 'run' : 'uses']));
  }
});

it('publishes only after the checks and the platforms, without a token of npm', () => {
  const path = '.github/workflows/release.yml';
  const { jobs } = read(path) as Workflow;
  expect(Object.keys(jobs)).toEqual(['checks', 'platforms', 'release']);
  expect(jobs['release']?.needs).toEqual(['checks', 'platforms']);
  expect(jobs['release']?.permissions).toMatchObject({ 'id-token': 'write' });
  for (const name of ['checks', 'platforms']) {
    const { uses = '' } = jobs[name] ?? {};
    expect(read(uses)).toMatchObject({ on: { workflow_call: null } });
  }
  expect(readFileSync(join(root, path), 'utf8')).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN/);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const [, script = ''] of readFileSync(join(root, path), 'utf8').matchAll(/-script: npm run (\S+)/g)) {
    expect(Object.keys(scripts)).toContain(script);
  }
});

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: { readonly label?: string; readonly value?: string; readonly options?: readonly unknown[] };
  readonly validations?: { readonly required: boolean };
}

it.for(['bug', 'store'])('the form "%s" has fields that GitHub knows, and asks for vsm doctor', (name) => {
  const form = read(`.github/ISSUE_TEMPLATE/${name}.yml`) as {
    readonly name: string;
    readonly description: string;
    readonly body: Field[];
  };
  expect(form.name).toBeTypeOf('string');
  expect(form.description).toBeTypeOf('string');
  const ids = form.body.flatMap(({ id }) => id ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  expect(form.body.find(({ id }) => id === 'doctor')?.attributes.label).toBe('vsm doctor --json');
  for (const { type, attributes } of form.body) {
    expect(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']).toContain(type);
    expect(type === 'markdown' ? attributes.value : attributes.label).toBeTypeOf('string');
    if (type !== 'dropdown') continue;
    // A bare yes or no would be a boolean.
    for (const option of attributes.options ?? []) expect(option).toBeTypeOf('string');
  }
});
