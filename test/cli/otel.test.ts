import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createMemory } from '@vsm/adapter-memory';
import { migrate } from '@vsm/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTelemetry } from '../../packages/cli/src/otel.ts';
import { Receiver } from '../../packages/otel/test/receiver.ts';
import { filledMemory, makeRecords } from '../engine/stores.ts';
import { main, testEnvironment } from './process.ts';

let receiver: Receiver;
let url: string;
let notes: string[];
beforeEach(async () => {
  receiver = new Receiver();
  url = await receiver.listen();
  notes = [];
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await receiver.close();
});

const note = (text: string): void => {
  notes.push(text);
};

async function run(): Promise<void> {
  const telemetry = await startTelemetry({ note });
  const source = await filledMemory(makeRecords(100));
  const { observer } = telemetry;
  await migrate({ source, target: createMemory(), sourceCollection: 'docs', checkpoints: false, observer });
  await telemetry.end();
}

test('the OTEL_ variables say where spans and metrics of a run go, and under which name', async () => {
  vi.stubEnv('OTEL_SERVICE_NAME', 'nightly-move');
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=staging');
  await run();
  expect(receiver.spans.map(({ name }) => name)).toContain('vsm migrate');
  expect(receiver.last('vsm.records.processed', { 'vsm.phase': 'copying' })).toBe(100);
  expect(notes).toEqual([]);
  for (const body of receiver.bodies) {
    expect(body).toContain('nightly-move');
    expect(body).toContain('staging');
    expect(body).toContain('service.instance.id');
    // What the SDK would tell of the process by itself.
    expect(body).not.toContain('process.command');
    expect(body).not.toContain('process.owner');
    expect(body).not.toContain(process.execPath);
  }
});

test('without a name, the service is vsm', async () => {
  await run();
  expect(receiver.bodies.length).toBeGreaterThan(0);
  for (const body of receiver.bodies) expect(body).toContain('{"key":"service.name","value":{"stringValue":"vsm"}}');
});

test('a collector that is not there is told of once, and ends nothing', async () => {
  await receiver.close();
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '200');
  await run();
  expect(notes).toHaveLength(1);
  expect(notes[0]).toMatch(/^Telemetry does not arrive: .*ECONNREFUSED/);
  await receiver.listen();
});

test('packages that are missing are named with the command that installs them', async () => {
  const starting = startTelemetry({ note, load: async () => undefined });
  await expect(starting).rejects.toThrow('npm install @vsm/otel @opentelemetry/api @opentelemetry/sdk-node');
});

test('--otel of a command sends what it did, and says nothing of it on stdout', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-otel-'));
  const words = ['migrate', 'file:./docs.jsonl', 'memory:copy', '--otel', '--json', '--yes'];
  await writeFile(join(folder, 'docs.jsonl'), '{"id":"a","vector":[1,2,3]}\n{"id":"b","vector":[4,5,6]}\n');
  const env = { ...testEnvironment, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_ENDPOINT: url };
  const { stdout } = await promisify(execFile)(process.execPath, [...main, ...words], { cwd: folder, env });
  await rm(folder, { recursive: true });
  expect(JSON.parse(stdout)).toMatchObject({ vectorsMigrated: 2 });
  expect(receiver.last('vsm.records.processed', { 'vsm.phase': 'copying' })).toBe(2);
  expect(receiver.spans.map(({ name }) => name)).toContain('vsm migrate');
});
