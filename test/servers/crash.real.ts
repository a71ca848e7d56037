import { expect, it } from 'vitest';
import { crashAndResume } from '../crash/crash.ts';

const RECORDS = 2000;
const KILLS = 20;

const store = process.env['VSM_SERVER'] === 'weaviate' ? 'weaviate' : 'milvus';

it.each([`file-${store}`, `${store}-file`] as const)(
  'a migration %s that is killed again and again ends with exactly the source',
  async (pair) => {
    const report = await crashAndResume({ pair, moment: 'any', records: RECORDS, kills: KILLS });
    expect(report.kills).toBe(KILLS);
    expect(report.verification).toMatchObject({ passed: true, targetCount: RECORDS, valuesCompared: RECORDS });
  },
  900_000,
);
