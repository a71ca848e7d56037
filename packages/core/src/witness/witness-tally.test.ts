import { expect, it } from 'vitest';
import type { ValueFigure, ValuesWitness, VectorRecord } from '../spec/v1.ts';
import { WitnessTally } from './witness-tally.ts';

const records: readonly VectorRecord[] = [{ id: '1', vectors: {}, metadata: {} }];
const figure = (measure: ValueFigure['measure'], value: number): ValueFigure => ({
  part: 'metadata',
  name: 'year',
  measure,
  value,
});
const witness = (...figures: ValueFigure[]): ValuesWitness => ({ by: 'bytes', figures, unwitnessed: ['id'] });

it('adds up what pages carry, each measure as it is meant', () => {
  const tally = new WitnessTally();
  tally.add({ records, witness: witness(figure('records', 2), figure('least', 5), figure('first', 2 ** 32 - 1)) });
  tally.add({ records, witness: witness(figure('records', 3), figure('least', 4), figure('first', 3)) });
  tally.add({ records: [], witness: undefined });
  expect(tally.witness).toEqual(witness(figure('records', 5), figure('least', 4), figure('first', 2)));
});

it('is none where one page carried none, wherever that was read', () => {
  const whole = new WitnessTally();
  whole.add({ records, witness: witness(figure('records', 1)) });
  const lacking = new WitnessTally();
  lacking.add({ records });
  const kept = JSON.parse(JSON.stringify(lacking)) as ReturnType<WitnessTally['toJSON']>;
  expect(whole.witness?.figures).toHaveLength(1);
  whole.merge(kept);
  expect(whole.witness).toBeUndefined();
});

it('is that of all parts together', () => {
  const [one, other] = [new WitnessTally(), new WitnessTally()];
  one.add({ records, witness: witness(figure('most', 1)) });
  other.add({ records, witness: witness(figure('most', 7)) });
  one.merge(JSON.parse(JSON.stringify(other)) as ReturnType<WitnessTally['toJSON']>);
  expect(one.witness).toEqual(witness(figure('most', 7)));
});

it('is none of more names than can be kept', () => {
  const tally = new WitnessTally();
  const figures = Array.from({ length: 20_001 }, (_, at) => ({ ...figure('records', 1), name: `key ${at}` }));
  tally.add({ records, witness: witness(...figures) });
  expect(tally.witness).toBeUndefined();
});
