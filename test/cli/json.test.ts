import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packages, root, vsm } from './process.ts';

const published = JSON.parse(readFileSync(join(root, 'packages/cli/schema.json'), 'utf8')) as AnySchemaObject;

/** The schema lets fields be added later; here, a field that it does not name is a mistake in one of the two. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, closed(item)]));
  const isObject = 'type' in copy && copy['type'] === 'object' && 'properties' in copy;
  return isObject ? { ...copy, additionalProperties: false } : copy;
}

const ajv = new Ajv2020({ allErrors: true, schemas: [closed(published) as AnySchemaObject] });

function validator(name: string): ValidateFunction {
  const validate = ajv.getSchema(`urn:vsm:output:1#/$defs/${name}`);
  if (validate === undefined) throw new Error(`The schema has no ${name}.`);
  return validate;
}

function expectValid(name: string, document: unknown): void {
  const validate = validator(name);
  validate(document);
  const errors = (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
  // What is missing here belongs into packages/cli/schema.json.
  expect({ name, errors }).toEqual({ name, errors: [] });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-json-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (...words: string[]): Promise<unknown> =>
  JSON.parse((await vsm([...words, '--json'], { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } })).stdout);

describe('the schema of --json', () => {
  it('holds for every command', async () => {
    const texts = ['--filter', '{"section":"text"}', '--metric', 'cosine'];
    const deep = [...texts, '--verify', 'search', '--gate', '0.9'];
    const migrated = await run('migrate', packages, 'lancedb:./db?table=docs', ...deep);
    const documents: Record<string, unknown> = {
      migration: migrated,
      ...Object.fromEntries(
        await Promise.all(
          Object.entries({
            plan: ['plan', packages, 'lancedb:./db?table=cut', '--metric', 'cosine', '--dimensions', '8'],
            estimate: ['estimate', packages, 'lancedb:./db?table=docs', '--no-probe'],
            verification: ['verify', packages, 'lancedb:./db?table=docs', '--metric', 'cosine', '--level', 'count'],
            judgement: ['judge', packages, 'lancedb:./db?table=docs', '--slice', 'section'],
            diff: ['diff', packages, 'lancedb:./db?table=docs', '--limit', '3'],
            diffs: ['diff', 'lancedb:./db?table=*', 'lancedb:./db'],
            fingerprint: ['fingerprint', packages, '--out', 'packages.json'],
            inspection: ['inspect', 'lancedb:./db'],
            migrations: ['migrate', 'lancedb:./db?table=*', 'file:./out'],
            plans: ['plan', 'lancedb:./db?table=*', 'file:./out2'],
            verifications: ['verify', 'lancedb:./db?table=*', 'lancedb:./nowhere'],
            estimates: ['estimate', 'lancedb:./db?table=*', 'file:./out3', '--no-probe'],
            checkup: ['doctor', packages],
            conformance: ['conformance', '@vsm/adapter-memory', '--location', 'memory:'],
            failure: ['inspect', 'lancedb:./db?table=absent'],
          }).map(async ([name, words]) => [name, await run(...words)] as const),
        ),
      ),
    };
    const { runId } = migrated as { runId: string };
    documents['fingerprintComparison'] = await run('verify', 'fingerprint:packages.json', 'lancedb:./db?table=docs');
    documents['runs'] = await run('runs');
    documents['replay'] = await run('replay', runId);
    for (const [name, document] of Object.entries(documents)) expectValid(name, document);
    // Every kind of result was looked at.
    const kinds = (published['$defs'] as { result: { anyOf: { $ref: string }[] } }).result.anyOf;
    expect(kinds.map(({ $ref }) => $ref.replace('#/$defs/', '')).filter((name) => !(name in documents))).toEqual([]);
  });

  it('holds for every line of --json=stream, which ends with the result', async () => {
    const outputs = await Promise.all([
      vsm(['migrate', packages, 'file:./stream.parquet', '--batch-size', '50', '--json=stream'], { cwd: folder }),
      vsm(['migrate', packages, 'lancedb:./bad?table=docs', '--verify', 'wrong', '--json=stream'], { cwd: folder }),
      vsm(['conformance', '@vsm/adapter-memory', '--location', 'memory:', '--json=stream']),
    ]);
    const events = outputs.map(({ stdout }) =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { type: string }),
    );
    for (const event of events.flat()) expectValid('event', event);
    const [migrated = [], refused = [], cases = []] = events.map((list) => list.map(({ type }) => type));
    expect([...new Set(migrated)]).toEqual(['plan', 'started', 'progress', 'outcome', 'result']);
    expect(refused.at(-1)).toBe('error');
    expect(new Set(cases)).toEqual(new Set(['case', 'result']));
  });

  it('would notice a missing, a wrong and an unknown field', () => {
    const replay = { accepted: 1, rejected: [] };
    expectValid('replay', replay);
    const validate = validator('replay');
    for (const wrong of [{ accepted: 1 }, { ...replay, accepted: 'one' }, { ...replay, refused: 0 }]) {
      expect(validate(wrong)).toBe(false);
    }
  });
});
