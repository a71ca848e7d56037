import { readFile } from 'node:fs/promises';

export interface ListedMetric {
  readonly metric: string;
  readonly kind: string;
  readonly unit: string;
  readonly attributes: readonly string[];
}

/** A section of docs/opentelemetry.md, by its heading. */
export async function section(heading: string): Promise<string> {
  const page = await readFile(new URL('../../../docs/opentelemetry.md', import.meta.url), 'utf8');
  return page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
}

/** The metrics of its table. */
export function listedIn(text: string): readonly ListedMetric[] {
  const rows = [...text.matchAll(/^\| `([a-z_.]+)` *\| ([^|]+?) *\| ([^|]+?) *\| ([^|]*?) *\|/gm)];
  return rows.map(([, metric = '', kind = '', unit = '', attributes = '']) => ({
    metric,
    kind: kind.replace('counter', 'sum'),
    unit: unit.replaceAll('`', ''),
    attributes: [...attributes.matchAll(/`([a-z_.]+)`/g)].map(([, name = '']) => name),
  }));
}
