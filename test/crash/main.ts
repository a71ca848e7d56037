// npm run test:crash: 50 kills in a migration of 20,000 records, for each pair.
import { crashAndResume, type Pair } from './crash.ts';

const RECORDS = 20_000;
const KILLS = 50;

for (const pair of ['chroma-postgres', 'qdrant-file'] as const satisfies readonly Pair[]) {
  const { kills, verification } = await crashAndResume(pair, RECORDS, KILLS, (after) => {
    process.stdout.write(`${Math.round(after)} `);
  });
  const { passed, targetCount, missing, extra, changed } = verification;
  console.log(
    `\n${pair}: ${kills} kills, ${targetCount} of ${RECORDS} records, ${missing} missing, ${extra} extra, ${changed} changed: ${passed ? 'passed' : 'FAILED'}`,
  );
  if (!passed) process.exitCode = 1;
}
