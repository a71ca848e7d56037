import type { VectorStoreV1 } from '@vsm/core';
import type { Finding } from './finding.ts';

const STATUS = { fine: 'ok', note: 'warning', problem: 'problem' } as const;

/** What a framework would find in a collection. */
export async function layoutFindings(
  side: string,
  store: VectorStoreV1,
  collection: string,
  layout: string,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { checkLayout } = await import('@vsm/layouts');
  const { findings } = await checkLayout(store, collection, layout, { signal });
  return findings.map(({ about, level, detail }) => ({ check: `${side}: ${about}`, status: STATUS[level], detail }));
}
