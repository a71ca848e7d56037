import { stringifyJson } from '../json/json.ts';
import { Float, setOwn, Unfit, unfit, type MetadataValue } from '../spec/record.ts';
import { shorten } from './shorten.ts';

/** A map of a columnar format as an object, whose keys are text; a null value is absent. No entry stands for another with its key. */
export function mapValue(
  entries: Iterable<readonly [key: MetadataValue | undefined, value: MetadataValue | undefined]>,
): MetadataValue {
  const found: Record<string, MetadataValue> = {};
  const seen = new Set<string>();
  for (const [key = null, value] of entries) {
    if (Unfit.isInstance(key)) return key;
    const name = keyText(key);
    if (seen.has(name)) return unfit(`it is a map with two entries "${shorten(name)}", of which an object holds one`);
    seen.add(name);
    if (value !== undefined) setOwn(found, name, value);
  }
  return found;
}

function keyText(key: MetadataValue): string {
  if (typeof key === 'string') return key;
  return Float.isInstance(key) && !Number.isFinite(key.value) ? String(key.value) : stringifyJson(key);
}
