/** What has to be so before a phase may begin. */
import { outdatedBy, type MoveFacts } from './facts.ts';
import { isGone } from './journal-rows.ts';
import type { Journal } from './journal.ts';
import type { InstanceRow, Phase, PhaseRow } from './model.ts';
import { LAG_MS } from './rates.ts';

export interface Gates {
  readonly samples: number;
  readonly overlap: number;
  /** Share of the samples. */
  readonly errors: number;
}

const GATES: Gates = { samples: 1000, overlap: 0.9, errors: 0.01 };
const DAY_MS = 86_400_000;
/** What a step is decided by. */
interface State {
  readonly journal: Journal;
  readonly row: PhaseRow;
  readonly now: number;
  readonly facts: MoveFacts;
  readonly instances: readonly InstanceRow[];
}

interface Wishes {
  readonly gates?: Gates | false | undefined;
  readonly noWayBack?: boolean | undefined;
}

type Condition = (state: State, wishes: Wishes) => string[] | Promise<string[]>;

/** Why the phase may not begin yet. */
export const CONDITIONS: Partial<Record<Phase, Condition>> = {
  journal: ({ row, now, journal }) =>
    row.version > 1 ? wait('what was sent in the attempt before may still land', row.since, now, journal) : [],
  backfill({ row, now, journal, instances }) {
    const here = instances.filter((instance) => !isGone(instance, now, journal));
    const silent = here.filter(({ ack }) => ack < row.version);
    if (silent.length > 0) return silent.map(({ name }) => `instance ${name} has not acknowledged ${row.phase}`);
    const last = Math.max(row.since, ...here.map(({ ackAt }) => ackAt));
    return journal.keeps('pause-before-copy') ? wait('writes without a mark may still land', last, now, journal) : [];
  },
  drain({ row, now, facts, journal }) {
    if (facts.copied?.version !== row.version) return ['the copy is not done; is `vsm live run` up?'];
    return journal.keeps('pause-after-copy')
      ? wait('pages of the copy may still land', facts.copied.at, now, journal)
      : [];
  },
  shadow: async (state) => [...verifiedSince(state), ...(await lagging(state))],
  canary: async (state, { gates = GATES }) => [
    ...(await lagging(state)),
    ...(gates === false || state.row.phase === 'canary' ? [] : heldGates(state, gates)),
  ],
  switching: async (state, { noWayBack = false }) => [
    ...verifiedSince(state),
    ...(await clean(state)),
    ...(await wayBack(state, noWayBack)),
  ],
  done: () => [],
};

function wait(why: string, since: number, now: number, { timings }: Journal): string[] {
  const left = since + timings.lease + timings.late - now;
  return left > 0 ? [`${why}: try again in ${Math.ceil(left / 1000)} s`] : [];
}

function verifiedSince({ facts, now }: State): string[] {
  const { verified, copied } = facts;
  if (verified === undefined || verified.at <= (copied?.at ?? 0)) return ['it is not verified yet'];
  const why = outdatedBy(facts);
  if (why !== undefined)
    return [`it has to be verified again, for since the last time ${why}; is somebody writing around the journal?`];
  return now - verified.at > DAY_MS ? ['it was verified more than a day ago'] : [];
}

async function lagging({ journal, now }: State): Promise<string[]> {
  const runner = await journal.runner();
  if (runner?.figures === undefined || now - runner.renewed > journal.timings.lease)
    return ['nobody drains: is `vsm live run` up?'];
  const { lagMs, rates } = runner.figures;
  if (lagMs <= LAG_MS) return [];
  const stays = rates?.fallsBehind === true ? ', and does not catch up: marks come as fast as they are drained' : '';
  return [`the drain is ${Math.round(lagMs / 1000)} s behind${stays}`];
}

function heldGates({ instances }: State, { samples, overlap, errors }: Gates): string[] {
  const seen = instances.flatMap(({ shadow }) => shadow ?? []);
  const total = seen.reduce((sum, one) => sum + one.samples, 0);
  const share = (of: (one: (typeof seen)[number]) => number): number =>
    seen.reduce((sum, one) => sum + of(one) * one.samples, 0) / Math.max(1, total);
  const failed = seen.reduce((sum, one) => sum + one.errors, 0) / Math.max(1, total);
  if (total < samples) return [`of ${samples} reads that both stores are to answer there were ${total}`];
  return [
    ...(share((one) => one.overlap) < overlap
      ? [`answers of both stores share too little: ${share((one) => one.overlap).toFixed(3)}`]
      : []),
    ...(failed > errors ? [`the target fails too often: ${(failed * 100).toFixed(1)} %`] : []),
  ];
}

async function clean({ journal, facts, now }: State): Promise<string[]> {
  const { verified } = facts;
  const problems: string[] = [];
  if (verified !== undefined && verified.differing > 0) {
    problems.push(
      `the last verification found ${verified.differing} records that differed without a mark: it has to be clean once`,
    );
  }
  const { late, hold } = journal.timings;
  const refused: string[] = [];
  let [uncertain, until] = [0, 0];
  for await (const { key, recheck, open = {}, refused: why } of journal.marks()) {
    if (why !== undefined) refused.push(`${key.replace(/^\//, '')}: ${why}`);
    // One that was begun lately is on its way, and ends before the switch or makes it fall back.
    const given = Object.values(open).filter((end) => end < now + late);
    const last = Math.max(recheck, ...given);
    if (last <= now + hold) continue;
    uncertain += 1;
    until = Math.max(until, last);
  }
  if (refused.length > 0)
    problems.push(
      refused.length === 1
        ? `a record is rejected: ${refused[0]}; accept or mend it`
        : `${refused.length} records are rejected, such as ${refused[0]}; accept or mend them`,
    );
  if (uncertain > 0) {
    problems.push(
      `requests without an answer may still change ${uncertain === 1 ? 'a record' : `${uncertain} records`}: try again in ${Math.ceil((until - now) / 1000)} s`,
    );
  }
  return problems;
}

async function wayBack({ journal }: State, accepted: boolean): Promise<string[]> {
  const { back: way } = await journal.header();
  return 'why' in way && !accepted ? way.why.map((why) => `no way back after the switch, because ${why}`) : [];
}
