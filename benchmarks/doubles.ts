// npm run bench:doubles [-- STORE… --doubles=N]: what each adapter claims about doubles (`metadata.numberParser`), measured against its real
// store, or an emulator where no registry has it: 200,000 random ones are written and read again. None of those that the adapter takes may
// come back as another; those that it refuses, and the plan names as encoded, are counted. For Chroma these are written past the adapter as
// well, to see whether they really change. Ends with 1 where a double changed, or a store could not be measured.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { metadataProblem } from '@vsm/core/adapter';
import { countChangedInChroma } from './doubles/chroma.ts';
import { countChanged } from './doubles/measure.ts';
import { STORES } from './doubles/stores.ts';
import { randomDoubles, recordsOf } from './doubles/values.ts';

const PER_RECORD = 200;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { doubles: { type: 'string', default: '200000' } },
});
const unknown = positionals.filter((name) => !STORES.has(name));
if (unknown.length > 0) {
  console.error(`There is no store ${unknown.join(', ')}. Choose from ${[...STORES.keys()].join(', ')}.`);
  process.exit(2);
}

const doubles = randomDoubles(Number(values.doubles));

async function measure(name: string, folder: string): Promise<boolean> {
  const opened = await STORES.get(name)?.(folder);
  if (opened === undefined) return false;
  const { store, readFrom, stop, perRecord = PER_RECORD, chroma } = opened;
  try {
    const { metadata } = store.capabilities;
    const taken = doubles.filter((value) => metadataProblem(value, metadata) === undefined);
    const refused = doubles.filter((value) => metadataProblem(value, metadata) !== undefined);
    const changed = await countChanged(store, recordsOf(taken, perRecord, store.capabilities), readFrom);
    const rest = recordsOf(refused, perRecord, store.capabilities);
    const past = chroma === undefined ? undefined : await countChangedInChroma(chroma, rest);
    console.log(
      `${name.padEnd(20)} ${metadata.numberParser.padEnd(15)} ${String(taken.length).padStart(7)} taken, ${changed} changed; ` +
        `${refused.length} refused${past === undefined ? '' : `, of which ${past} change when written all the same`}`,
    );
    return changed === 0;
  } finally {
    await store.close();
    await stop?.();
  }
}

let failed = 0;
for (const name of positionals.length === 0 ? STORES.keys() : positionals) {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-doubles-'));
  try {
    if (!(await measure(name, folder))) failed += 1;
  } catch (error) {
    failed += 1;
    console.log(`${name.padEnd(20)} FAILED:`, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
process.exitCode = failed === 0 ? 0 : 1;
