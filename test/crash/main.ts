// npm run test:crash: 50 kills in a migration of 20,000 records (2,000 into an index of libSQL), for each pair.
import { crashAndResume } from './crash.ts';
import { PAIRS, type Pair } from './pairs.ts';

const KILLS = 50;

for (const pair of Object.keys(PAIRS) as Pair[]) {
  // libSQL builds its index at some two hundred records a second.
  const records = pair === 'sqlite-libsql' ? 2000 : 20_000;
  const { kills, verification } = await crashAndResume(pair, records, KILLS, (after) => {
    process.stdout.write(`${Math.round(after)} `);
  });
  const { passed, targetCount, missing, extra, changed } = verification;
  console.log(
    `\n${pair}: ${kills} kills, ${targetCount} of ${records} records, ${missing} missing, ${extra} extra, ${changed} changed: ${passed ? 'passed' : 'FAILED'}`,
  );
  if (!passed) process.exitCode = 1;
}
