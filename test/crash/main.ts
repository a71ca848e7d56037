// npm run test:crash: kills in a migration of 20,000 records, at each moment and for each pair.
import { crashAndResume } from './crash.ts';
import { PAIRS, type Pair } from './pairs.ts';
import { MOMENTS } from './records.ts';

const KILLS = { any: 50, syncing: 20, finishing: 20, verifying: 20 } as const;

for (const pair of Object.keys(PAIRS) as Pair[]) {
  // libSQL builds its index at some two hundred records a second.
  const records = pair === 'sqlite-libsql' ? 2000 : 20_000;
  for (const moment of MOMENTS) {
    const onKill = (after: number): void => void process.stdout.write(`${Math.round(after)} `);
    const { kills, verification } = await crashAndResume({
      pair,
      moment,
      records,
      kills: KILLS[moment],
      onKill,
    });
    const { passed, targetCount, missing, extra, changed } = verification;
    console.log(
      `\n${pair}, ${moment}: ${kills} kills, ${targetCount} of ${records} records, ${missing} missing, ${extra} extra, ${changed} changed: ${passed ? 'passed' : 'FAILED'}`,
    );
    if (!passed) process.exitCode = 1;
  }
}
