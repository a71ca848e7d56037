import type { ScanPart } from './parts.ts';

/**
 * Parts, largest first, as `most` bundles or a few fewer: small ones together, so that many namespaces of a few records each are not as
 * many items. A part whose size nobody knows is taken for one of the largest.
 */
export function bundleParts(parts: readonly ScanPart[], most: number): readonly (readonly ScanPart[])[] {
  const largest = Math.max(1, ...parts.map(({ partition }) => partition?.estimatedCount ?? 1));
  const sizeOf = ({ partition }: ScanPart): number => partition?.estimatedCount ?? largest;
  const total = parts.reduce((sum, part) => sum + sizeOf(part), 0);
  const enough = total / most;
  const bundles: { readonly parts: ScanPart[]; size: number }[] = [];
  for (const part of parts.toSorted((left, right) => sizeOf(right) - sizeOf(left))) {
    const last = bundles.at(-1);
    const fits = last !== undefined && (last.size + sizeOf(part) <= enough || bundles.length >= most);
    if (!fits) bundles.push({ parts: [part], size: sizeOf(part) });
    else {
      last.parts.push(part);
      last.size += sizeOf(part);
    }
  }
  return bundles.map((bundle) => bundle.parts);
}
