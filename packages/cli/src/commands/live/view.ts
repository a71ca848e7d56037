import type { DoubtfulWrite, InstanceRow, ListedRecord, MoveStatus } from '@vsm/live';
import type { StatusTable, StatusView } from '@vsm/report/live';
import { calledBy, calledRecord, ratesText, secondsAgo } from './words.ts';

/** A status as a page shows it. */
export function statusView(status: MoveStatus): StatusView {
  const { move, phase, instances, refused, left, doubtful, now } = status;
  const tables = [
    figuresOf(status),
    instancesOf(instances, status),
    readsOf(instances),
    listed('Rejected by the other store', refused),
    listed('Not carried', left),
    doubtsOf(doubtful, now),
  ];
  return {
    status: `${move}: phase ${phase.phase}${phase.percent === undefined ? '' : ` ${phase.percent} %`}`,
    tables: tables.filter(({ rows }) => rows.length > 0),
  };
}

function figuresOf({ now, phase, runner, facts, marks, held, unanswered }: MoveStatus): StatusTable {
  const ago = secondsAgo(now);
  const { copied, verified, sampled, gap } = facts;
  const figures = runner?.figures;
  const rows: (readonly [string, string] | undefined)[] = [
    ['In this phase since', ago(phase.since)],
    ['Marks', `${marks}, ${held} of them held because something may still land`],
    runner === undefined
      ? ['Runner', 'nobody runs it: vsm live run']
      : ['Runner', `${figures?.doing ?? 'waiting'}, heard of ${ago(runner.renewed)}`],
    figures && ['Drained', `${figures.drained}, ${(figures.lagMs / 1000).toFixed(1)} s behind`],
    figures?.rates && ['Rates', ratesText(figures.rates)],
    copied && ['Copied', `${copied.records} records, ${ago(copied.at)}`],
    verified && [
      'Verified',
      `${verified.compared} compared, ${verified.differing} differed without a mark, ${ago(verified.at)}`,
    ],
    sampled && [
      'Sampled',
      `${sampled.compared} compared, ${sampled.differing} differed without a mark, ${ago(sampled.at)}`,
    ],
    gap && ['Gap', `${gap.why}, ${ago(gap.at)}`],
    unanswered.length > 0 ? ['Never answered', `${unanswered.length} writes`] : undefined,
  ];
  return { caption: 'The move', columns: ['What', 'Figures'], rows: rows.filter((row) => row !== undefined) };
}

function instancesOf(instances: readonly InstanceRow[], { now, phase }: MoveStatus): StatusTable {
  const ago = secondsAgo(now);
  return {
    caption: 'Processes of the application',
    columns: ['Instance', 'Heard of', 'Acknowledged', 'Longest hold', 'Without its journal'],
    rows: instances.map(({ name, beat, ack, longestHoldMs = 0, records }) => [
      name,
      ago(beat),
      ack < phase.version ? 'not yet' : 'yes',
      `${(longestHoldMs / 1000).toFixed(1)} s`,
      records === true ? 'writes on' : 'refuses writes',
    ]),
  };
}

function readsOf(instances: readonly InstanceRow[]): StatusTable {
  return {
    caption: 'Reads that both stores answered',
    columns: [
      'Instance',
      'Reads',
      'Ids in common',
      'First one missing',
      'Errors',
      'Back to the source',
      'p50 and p95, source',
      'p50 and p95, target',
    ],
    rows: instances.flatMap(({ name, shadow }) =>
      shadow === undefined
        ? []
        : [
            [
              name,
              String(shadow.samples),
              `${(shadow.overlap * 100).toFixed(1)} %`,
              String(shadow.missingFirst),
              String(shadow.errors),
              String(shadow.fallbacks),
              `${shadow.sourceMs.join(' and ')} ms`,
              `${shadow.targetMs.join(' and ')} ms`,
            ],
          ],
    ),
  };
}

function listed(caption: string, records: readonly ListedRecord[]): StatusTable {
  return { caption, columns: ['Record', 'Why'], rows: records.map((record) => [calledRecord(record), record.why]) };
}

function doubtsOf(doubtful: readonly DoubtfulWrite[], now: number): StatusTable {
  return {
    caption: 'In doubt: what may have reached a store after the switch',
    columns: ['Records', 'What'],
    rows: doubtful.map(({ keys, side, answered, at }) => [
      keys.map(calledBy).join(', '),
      `${answered ? 'written' : 'perhaps written'} to the ${side}, ${secondsAgo(now)(at)}`,
    ]),
  };
}
