import type { Capabilities, VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeRecord } from '../records.ts';
import { canWrite } from './applies.ts';

/** UTF-8 bytes: over the 32,766 of a term, and over the 65,535 of a short text, at which stores are known to cut or to refuse. */
const SIZES = [40_000, 100 * 1024] as const;

export const longTextCases: readonly ConformanceCase[] = [
  {
    id: 'upsert/keeps-long-texts-whole',
    title: 'documents and metadata texts of 40,000 and of 102,400 bytes come back exactly, or are refused by id',
    hint: 'A column or the client cuts at 32 or 64 KiB without a word: refuse such a record as too-large; a cut goes through a character of several bytes.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, create, settle }) {
      const collection = await create();
      const short = makeRecord(capabilities, 0);
      const long = longRecords(capabilities);
      const { accepted, rejected } = await collection.upsert([short, ...long]);
      await collection.flush?.();
      for (const { id, detail } of rejected) {
        expectThat(
          long.some((record) => record.id === id),
          `record "${id}" has no long text, but was refused: ${detail}`,
        );
        expectThat(detail !== '', `the rejection of record "${id}" must say why`);
      }
      const refused = new Set(rejected.map(({ id }) => id));
      const kept = [short, ...long.filter(({ id }) => !refused.has(id))];
      expectEqual(accepted, kept.length, 'accepted');
      await settle(async () => {
        expectSameRecords(await readAll(collection), kept, 'scan', comparison);
        const fetched = await collection.fetch([short, ...long].map(({ id }) => id));
        expectSameRecords(fetched, kept, 'fetch', comparison);
      });
    },
  },
];

/** One long text each: the document, where there is a place for one, or a metadata text that the limit has room for. */
function longRecords(capabilities: Capabilities): VectorRecord[] {
  const { document, limits } = capabilities;
  // Some bytes for the key and the quotes.
  const room = (limits.metadataBytes ?? Number.POSITIVE_INFINITY) - 100;
  const documents = document === false ? [] : SIZES.map((size) => ({ document: longText(size) }));
  const texts = SIZES.map((size) => ({ metadata: { long_text: longText(Math.min(size, room)) } }));
  return [...documents, ...texts].map((changes, at) =>
    makeRecord(capabilities, at + 1, { document: undefined, metadata: {}, ...changes }),
  );
}

/** Numbered words with characters of one to four bytes, none of which JSON escapes, and an `!` at the end: at most `size` bytes of UTF-8, and hardly fewer. */
function longText(size: number): string {
  let text = '';
  let bytes = 1;
  for (let number = 0; ; number += 1) {
    const word = `word ${number} of a long text, é 日 😀, `;
    bytes += Buffer.byteLength(word);
    if (bytes > size) return `${text}!`;
    text += word;
  }
}
