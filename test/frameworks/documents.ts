export interface Entry {
  readonly id: string;
  readonly text: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly ref: string;
  readonly blob?: { readonly data: string; readonly meta: object; readonly mime_type: string } | undefined;
}

export const WORDS: readonly string[] = [
  'river',
  'bridge',
  'copper',
  'lantern',
  'winter',
  'orchard',
  'signal',
  'harbour',
  'granite',
  'meadow',
  'Köln',
  '東京',
  'ink',
  'ladder',
];

/** In one table of PGVector, ids are those of all collections. */
export function idOf(journey: number, at: number): string {
  return `3b6e2a52-6b0e-4d0c-8f7c-${String(journey).padStart(6, '0')}${String(at).padStart(6, '0')}`;
}

interface DocumentKinds {
  readonly nested: boolean;
  readonly blobs: boolean;
  readonly booleans: boolean;
  /** Metadata without which one of the applications finds nothing. */
  readonly wanted: Entry['metadata'];
}

/** What an application knows of its documents: texts that differ, and every type of metadata that the store takes. */
export function documents(journey: number, { nested, blobs, booleans, wanted }: DocumentKinds): Entry[] {
  return Array.from({ length: 14 }, (_, at) => ({
    id: idOf(journey, at),
    text: `${WORDS[at]} ${WORDS[(at * 3 + 1) % 14]} ${WORDS[(at * 5 + 2) % 14]} "quoted" \\ line ${at}`,
    metadata: {
      page: at,
      rating: at / 2 + 0.25,
      weight: 2.5,
      ...(booleans && { published: at % 2 === 0 }),
      source: `docs/ü${at % 3}.md`,
      empty: '',
      document_id: `my-${at}`,
      ...wanted,
      ...(nested && { author: null, tags: ['a', `b${at}`], nested: { a: { b: at, c: null }, list: [1, 2.5, 'x'] } }),
    },
    ref: `file-${at % 3}`,
    ...(blobs &&
      at % 4 === 0 && {
        blob: { data: Buffer.from([0, 255, at]).toString('base64'), meta: { n: at }, mime_type: 'image/png' },
      }),
  }));
}
