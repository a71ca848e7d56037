import { own } from '@vsm/core/adapter';
import { Problem } from './problem.ts';
import { textAt, type Json, type Object_ } from './state.ts';

/** Refuses a source for the types of its fields, and for fields that a strict mapping has not. */
export function checkMapping(source: Object_, mapping: Object_): void {
  if ((mapping['_routing'] as Object_ | undefined)?.['required'] === true)
    throw new Problem(400, 'routing_missing_exception', 'routing is required');
  checkObject(source, mapping, 'true');
}

function checkObject(source: Object_, mapping: Object_, around: Json): void {
  const { dynamic = around, properties = {} } = mapping;
  for (const [field, value] of Object.entries(source)) {
    const known = own(properties as Readonly<Record<string, Object_>>, field);
    if (known !== undefined) checkValue(value, known, dynamic, field);
    else if (dynamic === 'strict') {
      const reason = `mapping set to strict, dynamic introduction of [${field}] within [_doc] is not allowed`;
      throw new Problem(400, 'strict_dynamic_mapping_exception', reason);
    }
  }
}

function checkValue(value: Json, mapping: Object_, dynamic: Json, field: string): void {
  const { enabled, ignore_malformed: ignores } = mapping;
  const type = textAt(mapping, 'type') ?? 'object';
  if (enabled === false || type === 'knn_vector' || value === null) return;
  if (Array.isArray(value))
    return (value as readonly Json[]).forEach((one) => checkValue(one, mapping, dynamic, field));
  const isObject = typeof value === 'object';
  if (type === 'object') {
    if (isObject) return checkObject(value as Object_, mapping, dynamic);
    throw failed(field, type, 'found a concrete value');
  }
  const fits = !isObject && takes(type, value, mapping);
  if (ignores !== true && !fits) throw failed(field, type, JSON.stringify(value).slice(0, 40));
}

const RANGES: Readonly<Record<string, number>> = { byte: 2 ** 7, integer: 2 ** 31, long: 2 ** 63, float: 2 ** 128 };

function takes(type: string, value: string | number | boolean, mapping: Object_): boolean {
  const range = RANGES[type]; // own key: a type of a mapping
  if (range !== undefined) return value !== '' && typeof value !== 'boolean' && Math.abs(Number(value)) < range + 0.5;
  if (type === 'boolean') return typeof value !== 'number' && ['true', 'false', ''].includes(String(value));
  const isLong =
    type === 'keyword' && mapping['ignore_above'] === undefined && Buffer.byteLength(String(value)) > 32_766;
  return !isLong;
}

const failed = (field: string, type: string, why: string): Problem =>
  new Problem(400, 'mapper_parsing_exception', `failed to parse field [${field}] of type [${type}]: ${why}`);
