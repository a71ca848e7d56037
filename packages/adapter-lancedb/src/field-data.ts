import type { Data, DataType, Field, FixedSizeList } from 'apache-arrow';
import { isMetadataArray, isMetadataObject, numberKind, type MetadataValue } from '@vsm/core/adapter';
import { arrow } from './arrow.ts';
import { flatData, isThere, numberOf, packBits } from './flat-data.ts';

const { DataType: Types } = arrow;

/** Whether a column of this type holds the value exactly, so that the same value of the same type is read. */
export function holds(type: DataType, value: MetadataValue): boolean {
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) return typeof value === 'string';
  if (Types.isBool(type)) return typeof value === 'boolean';
  if (Types.isInt(type)) {
    if (numberKind(value) !== 'integer') return false;
    const { bitWidth, isSigned } = type;
    if (bitWidth === 64 && isSigned && Number.isSafeInteger(value)) return true;
    const integer = BigInt(value as number | bigint);
    return integer === (isSigned ? BigInt.asIntN(bitWidth, integer) : BigInt.asUintN(bitWidth, integer));
  }
  if (Types.isFloat(type)) {
    if (numberKind(value) !== 'float') return false;
    const float = numberOf(value);
    return type.precision === arrow.Precision.DOUBLE || (isSingle(type) && Object.is(Math.fround(float), float));
  }
  if (Types.isDictionary(type)) return holds(type.dictionary, value);
  if (Types.isList(type) || Types.isFixedSizeList(type)) {
    const item = type.children[0];
    if (item === undefined || !isMetadataArray(value)) return false;
    if (Types.isFixedSizeList(type) && type.listSize !== value.length) return false;
    return value.every((member) => (member === null ? item.nullable : holds(item.type, member)));
  }
  if (!Types.isStruct(type) || !isMetadataObject(value)) return false;
  const known = new Set(type.children.map(({ name }) => name));
  return (
    Object.keys(value).every((key) => known.has(key)) &&
    type.children.every((child) => {
      const member = memberOf(value, child);
      // A member that is null is read as missing.
      return member === undefined ? child.nullable : member !== null && holds(child.type, member);
    })
  );
}

function isSingle(type: DataType): boolean {
  return Types.isFloat(type) && type.precision === arrow.Precision.SINGLE;
}

/**
 * Values of any Arrow type as a column; `undefined` and `null` are nulls. Lists and structs are put together here: Arrow's builders
 * leave out what lies under a null, and the engine then fails with "Spill has sent an error".
 */
export function fieldData(type: DataType, values: readonly (MetadataValue | undefined)[]): Data {
  const length = values.length;
  const nullBitmap = packBits(values, isThere);
  let nullCount = 0;
  for (const value of values) if (!isThere(value)) nullCount += 1;
  const common = { length, nullCount, nullBitmap };
  if (Types.isStruct(type)) {
    const children = type.children.map((child) =>
      fieldData(
        child.type,
        values.map((value) => memberOf(value, child)),
      ),
    );
    return arrow.makeData({ type, ...common, children });
  }
  if (Types.isFixedSizeList(type)) {
    const fixed: FixedSizeList = type;
    const missing = Array.from({ length: fixed.listSize }, () => null);
    const items = values.flatMap((value): readonly MetadataValue[] => (isList(value) ? value : missing));
    return arrow.makeData({ type: fixed, ...common, child: fieldData(itemType(fixed), items) });
  }
  if (Types.isList(type)) {
    const valueOffsets = new Int32Array(length + 1);
    const items: MetadataValue[] = [];
    for (const [at, value] of values.entries()) {
      if (isList(value)) items.push(...value);
      valueOffsets[at + 1] = items.length;
    }
    return arrow.makeData({ type, ...common, valueOffsets, child: fieldData(itemType(type), items) });
  }
  if (nullCount === length) {
    // The writer leaves the values of such a column out (`assembleBoolVector` of apache-arrow 18.1). As bytes they are written; the
    // schema, which is sent apart, says what they are.
    if (Types.isBool(type)) return arrow.makeData({ type: new arrow.Uint8(), ...common, data: new Uint8Array(length) });
    // The engine looks nulls up too, so there must be something to find.
    if (Types.isDictionary(type) && Types.isUtf8(type.dictionary)) {
      const dictionary = arrow.vectorFromArray([''], type.dictionary);
      const places = arrow.vectorFromArray(
        values.map(() => 0),
        type.indices,
      );
      return arrow.makeData({ type, ...common, data: places.toArray(), dictionary });
    }
  }
  return (
    flatData(type, values, common) ??
    (arrow.vectorFromArray(
      values.map((value) => native(type, value)),
      type,
    ).data[0] as Data)
  );
}

/** What Arrow's builder takes for a value that {@link holds} passed. */
function native(type: DataType, value: MetadataValue | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (Types.isInt(type)) return type.bitWidth === 64 ? BigInt(value as number | bigint) : Number(value);
  return Types.isFloat(type) ? numberOf(value) : value;
}

function memberOf(value: MetadataValue | undefined, { name }: Field): MetadataValue | undefined {
  return value !== undefined && isMetadataObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isList(value: MetadataValue | undefined): value is readonly MetadataValue[] {
  return value !== undefined && isMetadataArray(value);
}

function itemType(type: DataType): DataType {
  return (type.children[0] as Field).type;
}
