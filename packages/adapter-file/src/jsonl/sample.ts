import {
  own,
  FieldSampler,
  isDense,
  isDouble,
  isVectorName,
  vectorOf,
  parsePlainJson,
  vectorShape,
  type Field,
} from '@vsm/core/adapter';
import { formOf, isObject, type Form, type Row } from './forms.ts';
import { members } from './top-level.ts';

export interface LineSample {
  readonly form: Form;
  readonly nested: ReadonlySet<string>;
  readonly fields: readonly Field[];
}

/** What some lines of a file say about all of them. */
export function sampleLines(lines: readonly Row[]): LineSample {
  const form = formOf(lines);
  const rows = lines.flatMap((line) => form.rows(line));
  const nested = nestedKeys(rows);
  const sampler = new FieldSampler();
  const doubles = new Set<string>();
  for (const row of rows) {
    const values = [...valuesOf(row, nested)];
    sampler.row(values);
    for (const [key, value] of values) if (!doubles.has(key) && holdsDoubles(value)) doubles.add(key);
  }
  const fields = sampler.facts().map((field): Field => {
    const declared = own(form.declared ?? {}, field.field);
    // JSON does not say how wide its numbers are, but numbers do.
    const datatype = doubles.has(field.field) ? 'float64' : undefined;
    return { ...field, fieldType: 'json', vectorName: nameWithin(field.field, nested), declared, datatype };
  });
  return { form, nested, fields };
}

function holdsDoubles(value: unknown): boolean {
  const shape = typeof value === 'object' && value !== null ? vectorShape(value) : undefined;
  const vector = shape?.kind === 'dense' ? vectorOf(value, 'dense') : undefined;
  return vector !== undefined && isDense(vector) && Array.from(vector).some(isDouble);
}

function* valuesOf(row: Row, nested: ReadonlySet<string>): Generator<readonly [string, unknown]> {
  for (const [key, text] of row) {
    if (!nested.has(key) || !isObject(text)) yield [key, parsePlainJson(text)];
    else for (const [member, value] of members(text)) yield [`${key}.${member}`, parsePlainJson(value)];
  }
}

/** `vector` of Qdrant, `vectors` of ours, `embedding` of Google: objects in which vectors lie. */
function nestedKeys(rows: readonly Row[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const row of rows) {
    for (const [key, text] of row) {
      if (found.has(key) || !isVectorName(key) || !isObject(text)) continue;
      const value = parsePlainJson(text) as object;
      if (vectorShape(value) !== undefined) continue;
      if (Object.values(value).some((member) => typeof member !== 'string' && vectorShape(member) !== undefined)) {
        found.add(key);
      }
    }
  }
  return found;
}

/** Members that only say that a vector follows; others are names of vectors. */
const WRAPPERS = /^(values?|embeddings?|vectors?|data|dense|float|floats)$/i;

function nameWithin(field: string, nested: ReadonlySet<string>): string | undefined {
  const dot = field.indexOf('.');
  if (dot === -1 || !nested.has(field.slice(0, dot))) return undefined;
  const member = field.slice(dot + 1);
  return WRAPPERS.test(member) ? undefined : member;
}
