// npm run test:crash [-- PAIR… --moment=M --records=N --kills=N --from=LINE --to=LINE]: kills in a migration of 20,000 records, at each
// moment and for each pair. A line that fails is repeated alone: its pair and moment name it. Ends with 1 where one failed.
import { parseArgs } from 'node:util';
import { crashAndResume } from './crash.ts';
import { isPair, PAIRS, type Pair } from './pairs.ts';
import { isMoment, MOMENTS, type Moment } from './records.ts';

const KILLS = { any: 50, syncing: 20, finishing: 20, verifying: 20 } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    moment: { type: 'string', multiple: true },
    records: { type: 'string' },
    kills: { type: 'string' },
    from: { type: 'string', default: '1' },
    to: { type: 'string' },
  },
});

function refuse(what: string, words: readonly string[]): never {
  console.error(`There is no ${what}. Choose from ${words.join(', ')}.`);
  process.exit(2);
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) refuse(`number ${text} of lines, records or kills`, ['1', '2', '3 …']);
  return value;
}

const pairs = positionals.length === 0 ? Object.keys(PAIRS) : positionals;
const moments = values.moment ?? MOMENTS;
const lines = pairs.flatMap((pair) =>
  moments.map((moment): readonly [Pair, Moment] => {
    if (!isPair(pair)) return refuse(`pair ${pair}`, Object.keys(PAIRS));
    if (!isMoment(moment)) return refuse(`moment ${moment}`, MOMENTS);
    return [pair, moment];
  }),
);
const [from, to] = [numberOf(values.from) ?? 1, numberOf(values.to) ?? lines.length];

let failed = 0;
for (const [at, [pair, moment]] of lines.entries()) {
  if (at + 1 < from || at + 1 > to) continue;
  // libSQL builds its index at some two hundred records a second.
  const records = numberOf(values.records) ?? (pair === 'sqlite-libsql' ? 2000 : 20_000);
  const line = `${at + 1}/${lines.length} ${pair}, ${moment}`;
  const onKill = (after: number): void => void process.stdout.write(`${Math.round(after)} `);
  try {
    const { kills, hasMoment, verification } = await crashAndResume({
      pair,
      moment,
      records,
      kills: numberOf(values.kills) ?? KILLS[moment],
      onKill,
    });
    const { passed, targetCount, missing, extra, changed } = verification;
    const killed = hasMoment ? `${kills} kills` : 'no migration comes to this moment';
    console.log(
      `\n${line}: ${killed}, ${targetCount} of ${records} records, ${missing} missing, ${extra} extra, ${changed} changed: ${passed ? 'passed' : 'FAILED'}`,
    );
    if (!passed) failed += 1;
  } catch (error) {
    failed += 1;
    console.log(`\n${line}: FAILED`, error);
  }
}
console.log(failed === 0 ? 'none failed' : `${failed} FAILED`);
if (failed > 0) process.exitCode = 1;
