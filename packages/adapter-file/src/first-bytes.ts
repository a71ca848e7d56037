import type { ByteSource } from './byte-source.ts';
import { damaged } from './errors.ts';
import type { Format } from './options.ts';
import type { VsmError } from '@vsm/core/adapter';

const BY_NAME: Readonly<Record<Format, string>> = {
  parquet: 'Parquet',
  jsonl: 'UTF-8 text',
  'jsonl.gz': 'gzip',
  'jsonl.zst': 'Zstandard',
};

/** As hexadecimal digits. A Zstandard file may begin with a frame that is skipped. */
const BEGINNINGS: readonly (readonly [kind: string, beginning: RegExp])[] = [
  ['Parquet', /^50415231/],
  ['gzip', /^1f8b/],
  ['Zstandard', /^(?:28b52ffd|5.2a4d18)/],
  ['UTF-16 text', /^(?:fffe|feff)/],
];

const ADVICE_OF: ReadonlyMap<string | undefined, string> = new Map([
  ['empty', 'Make it again or restore a copy.'],
  ['UTF-16 text', 'Save it as UTF-8.'],
]);

/** Of a file that could not be read: the error that it is not what its name says, `undefined` where its first bytes are those of its kind. */
export async function misnamed(source: ByteSource, format: Format): Promise<VsmError | undefined> {
  const first = await source.read(0, Math.min(4, source.size)).catch(() => undefined);
  if (first === undefined) return undefined;
  const expected = BY_NAME[format];
  const found = kindOf(Buffer.from(first).toString('hex'));
  if (found === expected || (found === undefined && format === 'jsonl')) return undefined;
  const reason = new Error(`it is not ${expected}, as its name says${found === undefined ? '' : `, but ${found}`}`);
  const advice = 'Name it after what it is (.parquet, .jsonl, .jsonl.gz, .jsonl.zst), or make it again.';
  return damaged(source.path, 'first bytes', reason, ADVICE_OF.get(found) ?? advice);
}

function kindOf(first: string): string | undefined {
  return first === '' ? 'empty' : BEGINNINGS.find(([, beginning]) => beginning.test(first))?.[0];
}
