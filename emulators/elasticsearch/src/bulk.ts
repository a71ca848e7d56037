import { own } from '@vsm/core/adapter';
import { checkMapping } from './mapping.ts';
import { Problem } from './problem.ts';
import { textAt, type Index, type Json, type Object_ } from './state.ts';

const parse = (text: string): Object_ => JSON.parse(text) as Object_;

/** Takes each operation for itself, but for an id that is too long, which none survives. */
export function bulk(index: Index, body: string): object {
  const lines = body.split('\n');
  const items: Record<string, object>[] = [];
  const operations: (() => void)[] = [];
  for (let at = 0; at < lines.length && lines[at] !== ''; at += 1) {
    const [[verb, target]] = Object.entries(parse(lines[at] as string)) as [[string, Object_]];
    const id = textAt(target, '_id') ?? '';
    if (Buffer.byteLength(id) > 512) {
      throw new Problem(
        400,
        'action_request_validation_exception',
        `Validation Failed: 1: id [${id}] is too long, must be no longer than 512 bytes but was: ${Buffer.byteLength(id)};`,
      );
    }
    const source = verb === 'delete' ? '' : (lines[(at += 1)] as string);
    operations.push(() => items.push({ [verb]: { _index: index.name, _id: id, ...operate(index, verb, id, source) } }));
  }
  for (const operation of operations) operation();
  const errors = items.some((item) => 'error' in (Object.values(item)[0] as object));
  return { took: 1, errors, items };
}

function operate(index: Index, verb: string, id: string, source: string): object {
  try {
    if (verb === 'delete') {
      return index.remove(id) ? { result: 'deleted', status: 200 } : { result: 'not_found', status: 404 };
    }
    const existed = index.documents.has(id);
    if (verb === 'create' && existed) {
      throw new Problem(
        409,
        'version_conflict_engine_exception',
        `[${id}]: version conflict, document already exists (current version [1])`,
      );
    }
    const document = parse(source);
    checkVectors(index, id, document);
    checkMapping(document, { ...index.mappings, properties: index.properties });
    const { seq } = index.put(id, source);
    return { result: existed ? 'updated' : 'created', _seq_no: seq, status: existed ? 200 : 201 };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: error.status, error: { type: error.type, reason: error.message } };
  }
}

function checkVectors(index: Index, id: string, source: Object_): void {
  for (const [field, mapping] of Object.entries(index.properties)) {
    if (mapping['type'] !== 'knn_vector') continue;
    const value = own(source, field);
    if (value === undefined || value === null) continue;
    const why = problemOf(value, mapping);
    if (why === undefined) continue;
    const reason = `failed to parse field [${field}] of type [knn_vector] in document with id '${id}'. ${why}`;
    throw new Problem(400, 'mapper_parsing_exception', reason);
  }
}

function problemOf(value: Json, mapping: Object_): string | undefined {
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'number')) return 'KNN vector values cannot be NaN';
  const numbers = value as readonly number[];
  const bytes = mapping['data_type'] !== undefined;
  const length = Number(mapping['dimension']) / (mapping['data_type'] === 'binary' ? 8 : 1);
  if (numbers.length !== length) return `Vector dimension mismatch. Expected: ${length}, Given: ${numbers.length}`;
  if (bytes && !numbers.every((one) => Number.isInteger(one) && one >= -128 && one <= 127)) {
    return 'KNN vector values are floats instead of byte integers, or not within -128 and 127';
  }
  if (numbers.some((one) => !Number.isFinite(Math.fround(one)))) return 'KNN vector values cannot be infinity';
  const zero = numbers.every((one) => one === 0);
  return zero && spaceOf(mapping) === 'cosinesimil'
    ? 'zero vector is not supported when space type is [cosinesimil]'
    : undefined;
}

export function spaceOf(mapping: Object_): string {
  const method = (mapping['method'] ?? {}) as Object_;
  return textAt(mapping, 'space_type') ?? textAt(method, 'space_type') ?? 'l2';
}
