import { expect, it } from 'vitest';
import { changesToAgreeOn } from '../../scripts/package-facts.ts';

const agreed = { '@vsm/core': { unpacked: 1000, dependencies: ['p-limit'] } };
const found = (unpacked: number, ...dependencies: string[]): typeof agreed => ({
  '@vsm/core': { unpacked, dependencies },
});

it('lets a package grow by a tenth, shrink, and lose a dependency', () => {
  expect(changesToAgreeOn(agreed, found(1100, 'p-limit'))).toEqual([]);
  expect(changesToAgreeOn(agreed, found(10))).toEqual([]);
});

it('asks about more', () => {
  expect(changesToAgreeOn(agreed, found(1101, 'p-limit', 'left-pad'))).toEqual([
    '@vsm/core grew by 10.1 %, from 1000 to 1101 bytes',
    '@vsm/core gained the dependencies left-pad',
  ]);
});

it('asks about packages that are new or gone', () => {
  expect(changesToAgreeOn(agreed, {})).toEqual(['@vsm/core is in etc/packages.json, but was not packed']);
  expect(changesToAgreeOn({}, agreed)).toEqual(['@vsm/core is not in etc/packages.json']);
});
