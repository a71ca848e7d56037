import { type Metadata, type VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeRecords } from '../records.ts';
import { canWrite, canWriteAnd } from './applies.ts';
import { expectKeptOrRefused, metadataOf } from './kept-or-refused.ts';
import { holdsKey, KEYS, ODD_KEYS } from './keys.ts';

const INHERITED = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

/** Metadata belongs to the user whatever its keys. */
export const metadataKeyCases: readonly ConformanceCase[] = [
  {
    id: 'metadata/keys',
    title: 'every key that is not reserved is kept as it is, the others are refused',
    hint: 'Dots are taken for paths; keys are folded or normalised; a key of the vendor overwrites its field: list it in reservedKeys.',
    appliesTo: canWrite,
    async run(context) {
      await expectKeptOrRefused(
        context,
        KEYS.map((key) => ({
          metadata: metadataOf([[key, 'value']]),
          held: holdsKey(key, context.capabilities),
        })),
      );
    },
  },
  {
    id: 'metadata/keys-outside-the-grammar',
    title: 'keys that the grammar admits are kept letter by letter, the others are refused',
    hint: 'A letter of the key is changed (the first to a small one, a hyphen to an underscore), or a key is taken that metadata.keys leaves out.',
    appliesTo: canWriteAnd(({ metadata }) => metadata.keys !== undefined),
    async run(context) {
      await expectKeptOrRefused(
        context,
        ODD_KEYS.map((key) => ({ metadata: metadataOf([[key, 'value']]), held: holdsKey(key, context.capabilities) })),
      );
    },
  },
  {
    id: 'metadata/keys-of-the-greatest-length',
    title: 'a key of the greatest length is kept whole, a longer one is refused',
    hint: 'metadata.keys.length counts something else than characters; a key that is too long is cut.',
    appliesTo: canWriteAnd(({ metadata }) => metadata.keys !== undefined),
    async run(context) {
      const most = context.capabilities.metadata.keys?.length ?? 0;
      await expectKeptOrRefused(
        context,
        ['a'.repeat(most), 'b'.repeat(most + 1)].map((key) => ({
          metadata: { [key]: 'value' },
          held: holdsKey(key, context.capabilities),
        })),
      );
    },
  },
  {
    id: 'metadata/keys-side-by-side',
    title: 'keys that differ in case, accents or nesting only stay apart within one record',
    hint: 'Keys are folded, normalised or expanded to paths when they are stored.',
    appliesTo: canWrite,
    async run(context) {
      const keys = ['Case', 'case', 'é', 'e\u0301', 'a', 'a.b', 'a.b.c', '0', 'constructor', '__proto__', 'toString'];
      const kept = keys.filter((key) => holdsKey(key, context.capabilities));
      const metadata = metadataOf(kept.map((key, at) => [key, at]));
      await expectKeptOrRefused(context, [{ metadata, held: true }]);
      expectEqual(({} as Record<string, unknown>)['polluted'], undefined, 'Object.prototype');
    },
  },
  {
    id: 'metadata/proto-is-a-key-like-any-other',
    title: 'the key __proto__ is data at every depth, and changes no prototype',
    hint: 'Objects are rebuilt by assignment (target[key] = value): use Object.fromEntries or define the property.',
    appliesTo: canWriteAnd(({ metadata }) => metadata.object),
    async run(context) {
      const inner = JSON.parse(
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
      ) as Metadata;
      await expectKeptOrRefused(context, [{ metadata: { inner }, held: true }]);
      expectEqual(({} as Record<string, unknown>)['polluted'], undefined, 'Object.prototype');
    },
  },
  {
    id: 'metadata/inherited-keys-are-absent-until-given',
    title:
      'what every object inherits (constructor, __proto__, toString) is a key like any other, and of no record that has none',
    hint: 'Keys that come from data are looked up as metadata[key]: use own() and setOwn(), Object.hasOwn or a Map.',
    appliesTo: canWrite,
    async run(context) {
      const { capabilities, write, comparison, create } = context;
      const inherited = metadataOf(
        INHERITED.filter((key) => holdsKey(key, capabilities)).map((key, at) => [key, `value ${at}`]),
      );
      const own = capabilities.metadata.object ? { ...inherited, inner: inherited } : inherited;
      const [first, second, third] = makeRecords(capabilities, 3) as [VectorRecord, VectorRecord, VectorRecord];
      const inner: Metadata = capabilities.metadata.object ? { inner: { other: 'value' } } : { other: 'value' };
      const records = [
        { ...first, metadata: own },
        { ...second, metadata: inner },
        { ...third, metadata: {} },
      ];
      const collection = await create();
      await write(collection, records);
      expectSameRecords(await readAll(collection), records, 'scan', comparison);
    },
  },
  {
    id: 'metadata/nul-in-keys',
    title: 'U+0000 in a key is kept where promised, else refused',
    hint: 'Only values are checked for U+0000.',
    appliesTo: canWrite,
    async run(context) {
      const key = 'a\0b';
      const held = context.capabilities.metadata.nul && holdsKey(key, context.capabilities);
      await expectKeptOrRefused(context, [{ metadata: { [key]: 1 }, held }]);
    },
  },
];
