import { randomBytes } from 'node:crypto';
import { VsmError, type OpenedLocation } from '@vsm/core';
import { maskLocation } from '@vsm/report/redact';
import type { Failures } from '../../failures.ts';
import { STORE_KEYS } from '../../keys.ts';
import type { LoadedConfig } from '../../load-config.ts';
import type { CommandContext } from '../../run.ts';
import { openLocation, type Side } from '../../stores.ts';
import type { Finding } from './finding.ts';
import { layoutFindings } from './layout.ts';
import { serverFindings } from './server.ts';

interface Question {
  readonly side: Side;
  readonly config: LoadedConfig | undefined;
  readonly write: boolean;
  /** The framework whose records are looked for. */
  readonly layout: string | undefined;
}

/** What concerns one end: adapter, reachability, version, clock, permissions. Stops at the first that makes the rest moot. */
export async function storeFindings(
  word: string,
  { side, config, write, layout }: Question,
  { signal, use, secrets, failures }: CommandContext,
): Promise<Finding[]> {
  let opened: OpenedLocation;
  try {
    opened = use(await openLocation(word, side, config, secrets));
  } catch (error) {
    return [problem(side, `${maskLocation(word)} cannot be opened`, error, failures)];
  }
  const { store } = opened;
  const findings: Finding[] = [];
  const started = performance.now();
  let names: readonly string[];
  try {
    names = await store.listCollections({ signal });
  } catch (error) {
    return [
      problem(side, `${store.location} does not answer as it should`, error, failures),
      ...(await serverFindings(side, store, signal)),
    ];
  }
  const milliseconds = Math.round(performance.now() - started);
  findings.push({
    check: side,
    status: 'ok',
    detail: `${store.location} answers in ${milliseconds} ms and has ${names.length} collections`,
  });
  findings.push(...(await serverFindings(side, store, signal)));
  findings.push(await readFinding(side, opened, names, { signal, failures }));
  if (layout !== undefined && opened.collection !== undefined && opened.collection !== '*') {
    findings.push(...(await layoutFindings(side, store, opened.collection, layout, signal)));
  }
  if (side === 'target' || write) findings.push(await writeFinding(side, opened, write, { signal, failures }));
  return findings;
}

async function readFinding(
  side: Side,
  { store, collection }: OpenedLocation,
  names: readonly string[],
  { signal, failures }: Pick<CommandContext, 'signal' | 'failures'>,
): Promise<Finding> {
  const check = `${side}: reading`;
  const name = collection === undefined || collection === '*' ? names[0] : collection;
  if (name === undefined || (side === 'target' && !names.includes(name))) {
    return { check, status: 'ok', detail: 'nothing there to read' };
  }
  try {
    const opened = await store.openCollection(name, { signal });
    const { value } = await opened.count({}, { signal });
    await opened.scan({ limit: 1, include: ['vectors', 'metadata'] }, { signal });
    return { check, status: 'ok', detail: `"${name}" can be read and has ${value} records` };
  } catch (error) {
    return problem(check, `"${name}" cannot be read`, error, failures);
  }
}

async function writeFinding(
  side: Side,
  { store }: OpenedLocation,
  write: boolean,
  { signal, failures }: Pick<CommandContext, 'signal' | 'failures'>,
): Promise<Finding> {
  const check = `${side}: writing`;
  if (store.capabilities.access === 'read-only') {
    const status = side === 'target' ? 'problem' : 'ok';
    return {
      check,
      status,
      detail: 'it can only be read',
      ...(status === 'problem' && { advice: 'Choose another target.' }),
    };
  }
  if (!write) return { check, status: 'ok', detail: 'not tried; --write tries it with a scratch collection' };
  if (store.dropCollection === undefined) {
    return { check, status: 'ok', detail: 'not tried: this store cannot drop a scratch collection again' };
  }
  const name = `vsm-doctor-${randomBytes(4).toString('hex')}`;
  try {
    const metric = store.capabilities.metrics[0];
    await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 2, metric } } }, { signal });
    const { rejected } = await (
      await store.openCollection(name, { signal })
    ).upsert([{ id: '00000000-0000-4000-8000-000000000001', vectors: { '': [0.6, 0.8] }, metadata: {} }], { signal });
    const [refused] = rejected;
    if (refused !== undefined) throw new VsmError('INVALID_DATA', refused.detail);
    return { check, status: 'ok', detail: 'a scratch collection was made, written and removed' };
  } catch (error) {
    if (VsmError.isInstance(error) && error.code === 'INVALID_OPTIONS') {
      return { check, status: 'ok', detail: `not tried: no scratch collection fits there (${failures.said(error)})` };
    }
    return problem(check, 'a scratch collection cannot be written', error, failures);
  } finally {
    await store.dropCollection(name).catch(() => undefined);
  }
}

function problem(check: string, what: string, error: unknown, failures: Failures): Finding {
  const said = failures.said(error);
  return { check, status: 'problem', detail: `${what}: ${said}`, advice: adviceFor(error) };
}

function adviceFor(error: unknown): string {
  const code = VsmError.isInstance(error) ? error.code : undefined;
  switch (code) {
    case 'UNAUTHORIZED':
      return `Set the key or password in the environment (${STORE_KEYS.join(', ')}), and check what it may do.`;
    case 'REMOTE_FAILED':
      return 'Check that the server runs, and host, port and firewall; that it is the store the scheme says; http or +https.';
    case 'INVALID_OPTIONS':
      return 'Correct the location; vsm inspect --help shows how they look.';
    case 'NOT_FOUND':
      return 'Check the name with vsm inspect.';
    default:
      return 'Try vsm inspect on it, and see what the server logs.';
  }
}
