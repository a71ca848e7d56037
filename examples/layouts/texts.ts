// What the examples store: lines about towns, each a chunk of some document, and a way to turn text into a vector that needs no
// model and gives the same numbers everywhere.
import { createHash } from 'node:crypto';

export const DIMENSION = 64;

/** A bag of words, each hashed to a few components: texts that share words are near each other. */
export function embed(text: string): number[] {
  const vector = new Float64Array(DIMENSION);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const digest = createHash('sha1').update(word).digest();
    for (let at = 0; at < 6; at += 1) {
      const place = digest.readUInt8(at) % DIMENSION;
      vector[place] = (vector[place] ?? 0) + (digest.readUInt8(at + 6) % 2 === 0 ? 1 : -1);
    }
  }
  // A little of its own for every text, so that no two are equally near to a question.
  const own = createHash('sha512').update(text).digest();
  for (let at = 0; at < DIMENSION; at += 1) vector[at] = (vector[at] ?? 0) + own.readInt8(at) / 2000;
  const length = Math.hypot(...vector) || 1;
  return Array.from(vector, (component) => Math.fround(component / length));
}

const TOWNS = [
  'Zürich',
  'Łódź',
  'Kraków',
  'Tromsø',
  'São Paulo',
  '京都',
  'Reykjavík',
  'Valparaíso',
  'Wellington',
  'Cork',
];
const FACTS = ['lies by the water', 'has old trams', 'bakes dark bread', 'trades in cloth and salt'];

export interface Chunk {
  /** A UUID. */
  readonly id: string;
  readonly text: string;
  readonly town: string;
  readonly page: number;
  readonly score: number;
  readonly lines: { readonly from: number; readonly to: number };
  /** The document that it is a part of. */
  readonly source: string;
}

export const CHUNKS: readonly Chunk[] = TOWNS.flatMap((town, at) =>
  FACTS.map((fact, line) => ({
    id: uuidOf(`${town} ${line}`),
    text: `${town} ${fact}.\nIt is number "${at * FACTS.length + line}".`,
    town,
    page: line + 1,
    score: at / 4 + 0.125,
    lines: { from: 10 * line + 1, to: 10 * line + 9 },
    source: `document-${at}`,
  })),
);

export const QUESTIONS = ['dark bread in Kraków', 'trams by the water', 'who trades in salt?', '京都'];

function uuidOf(text: string): string {
  const hex = createHash('md5').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
