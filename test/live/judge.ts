import { join } from 'node:path';
import type { VectorRecord, VectorStoreV1 } from '@vsm/core';
import { permitted, readAccount, writesOf, type Value, type Write } from './account.ts';
import type { Bypass } from './bypass.ts';
import type { Processes } from './processes.ts';
import { all, valueOf } from './records.ts';

export interface Findings {
  /** What is wrong; nothing, as it should be. */
  readonly problems: readonly string[];
  readonly acknowledged: number;
  readonly failed: number;
  /** Of the records, those that only one write can have been the last of. */
  readonly certain: number;
  readonly records: number;
  /** The longest that a switch held a write of a process that ran, in milliseconds. */
  readonly longestHoldMs: number;
  /** Why writes failed, with how many. */
  readonly whys: ReadonlyMap<string, number>;
}

interface Judged {
  readonly folder: string;
  readonly first: readonly VectorRecord[];
  readonly lateMs: number;
  readonly deletesFirst: boolean;
  readonly processes: Processes;
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly bypass: Bypass;
}

/** What both stores hold, against the accounts of all who wrote. */
export async function judge({
  folder,
  first,
  processes,
  source,
  target,
  bypass,
  ...limits
}: Judged): Promise<Findings> {
  const problems = [...processes.problems, ...bypass.problems];
  const names = processes.roles.filter(({ kind }) => kind === 'application').map(({ name }) => name);
  const accounts = new Map(names.map((name) => [name, readAccount(join(folder, name))]));
  const steps = [...accounts.values()].flat();
  const whys = new Map<string, number>();
  for (const step of steps) {
    if ('stale' in step) problems.push(step.stale);
    if ('ended' in step && step.why !== undefined) whys.set(step.why, (whys.get(step.why) ?? 0) + 1);
  }
  const [held, served] = [
    await all(await source.openCollection('docs')),
    await all(await target.openCollection('docs')),
  ];
  const before = new Map<string, Value>(first.map((record) => [record.id, valueOf(record)]));
  for (const [id, value] of bypass.expected) before.set(id, value ?? null);
  const writes = writesOf(steps);
  let certain = 0;
  const ids = new Set([...before.keys(), ...writes.keys(), ...held.keys(), ...served.keys()]);
  for (const id of ids) {
    const last = permitted(writes.get(id) ?? [], before.get(id) ?? null, limits);
    if (last.size === 1) certain += 1;
    const [there, here] = [held.get(id) ?? null, served.get(id) ?? null];
    if (!last.has(here)) {
      const story = storyOf(writes.get(id) ?? []);
      problems.push(`${id}: the target serves ${here}, and last was ${[...last].join(' or ')}: ${story}`);
    }
    if (there !== here) problems.push(`${id}: the source holds ${there}, and the target ${here}`);
  }
  const ended = steps.filter((step) => 'ended' in step);
  return {
    problems,
    acknowledged: ended.filter(({ acknowledged }) => acknowledged).length,
    failed: ended.filter(({ acknowledged }) => !acknowledged).length,
    certain,
    records: ids.size,
    longestHoldMs: Math.max(0, ...names.flatMap((name) => holdsOf(name, accounts.get(name) ?? [], processes))),
    whys,
  };
}

/** The last writes of a record, by seconds. */
function storyOf(writes: readonly Write[]): string {
  const seconds = (ms: number | undefined): string => (ms === undefined ? '…' : (ms / 1000).toFixed(2));
  return writes
    .toSorted((left, right) => left.began - right.began)
    .slice(-4)
    .map(({ value, began, acknowledged, failed }) => {
      const end = failed === undefined ? seconds(acknowledged) : `failed ${seconds(failed)}`;
      return `${value} (${seconds(began)} to ${end})`;
    })
    .join(', ');
}

/** Holds of a process that did not stand still meanwhile. */
function holdsOf(name: string, steps: ReturnType<typeof readAccount>, { stops }: Processes): number[] {
  return steps.flatMap((step) => {
    if (!('heldMs' in step)) return [];
    const from = step.at - step.heldMs - 1000;
    return stops.some((stop) => stop.name === name && stop.from < step.at && stop.to > from) ? [] : [step.heldMs];
  });
}
