import type { CollectionV1, ScanPage, ScanRequest, VectorRecord } from '@vsm/core/adapter';
import { expectThat } from './expectations.ts';

const EVERYTHING = ['vectors', 'metadata'] as const;
const MOST_PAGES = 20_000;

/** Every page of a scan, in order. Fails instead of running for ever on a scan that does not end. */
export async function readPages(collection: CollectionV1, request: Partial<ScanRequest> = {}): Promise<ScanPage[]> {
  const pages: ScanPage[] = [];
  const seen = new Set([request.cursor]);
  let cursor = request.cursor;
  for (;;) {
    const page = await collection.scan({ limit: 1000, include: EVERYTHING, ...request, cursor });
    pages.push(page);
    if (page.cursor === null) return pages;
    expectThat(
      !seen.has(page.cursor),
      `page ${pages.length} ends at the cursor "${page.cursor}", as an earlier one did: the scan goes round in a circle`,
    );
    seen.add(page.cursor);
    expectThat(pages.length < MOST_PAGES, `the scan does not end: ${pages.length} pages so far`);
    cursor = page.cursor;
  }
}

export async function readAll(
  collection: CollectionV1,
  request: Partial<ScanRequest> = {},
): Promise<readonly VectorRecord[]> {
  return (await readPages(collection, request)).flatMap((page) => page.records);
}

/** One record by id, `undefined` where there is none. */
export async function readOne(
  collection: CollectionV1,
  id: string,
  namespace?: string,
): Promise<VectorRecord | undefined> {
  const found = await collection.fetch([id], { namespace });
  expectThat(found.length <= 1, `fetching "${id}" gives ${found.length} records`);
  return found[0];
}
