import { VsmError, type MetadataValue, type VectorRecord } from '@vsm/core/adapter';
import type { ClassInfo } from './class.ts';
import type { CollectionContext } from './context.ts';
import { REST } from './schema.ts';
import { toStored, typeFor, type Property } from './values.ts';

/** Keys that make a text the document of a class that others made. */
const PASS_FOR_DOCUMENT = new Set(['document', 'text', 'content', 'page_content', 'chunk']);
const ENVELOPE = '__vsm';

interface NewProperty extends Property {
  readonly tokenization?: 'word' | 'field';
  readonly indexSearchable?: boolean;
  readonly indexFilterable?: boolean;
}

/**
 * Makes the properties that records need before they are written: the server would guess their types from the first value, take texts for
 * dates, and refuse what comes later.
 */
export function createPropertyMaker(
  { client, info, refresh }: CollectionContext,
  document: () => string,
): (records: readonly VectorRecord[], signal?: AbortSignal) => Promise<void> {
  // One after the other: batches that are written at once often need the same ones.
  let turn: Promise<void> = Promise.resolve();
  const make = async (records: readonly VectorRecord[], signal?: AbortSignal): Promise<void> => {
    const missing = missingProperties(records, info(), document());
    for (const property of missing) {
      const path = `schema/${info().class}/properties`;
      const action = `add property "${property.name}" to "${info().class}"`;
      try {
        await client.ask({ method: 'POST', path, action, body: property, signal }, () => undefined);
      } catch (error) {
        // Another process was quicker.
        if (!VsmError.isInstance(error) || error.code !== 'CONFLICT') throw error;
      }
    }
    if (missing.length > 0) await refresh(signal);
  };
  return async (records, signal) => {
    const done = turn.then(() => make(records, signal));
    turn = done.catch(() => undefined);
    return done;
  };
}

function missingProperties(records: readonly VectorRecord[], info: ClassInfo, document: string): NewProperty[] {
  const values = new Map<string, MetadataValue[]>();
  for (const { metadata } of records) {
    for (const key in metadata) {
      if (key === document || key === REST || info.properties.has(key)) continue;
      if (info.note === undefined && PASS_FOR_DOCUMENT.has(key)) continue;
      const known = values.get(key);
      if (known === undefined) values.set(key, [metadata[key] as MetadataValue]);
      else known.push(metadata[key] as MetadataValue);
    }
  }
  const made: NewProperty[] = [...values].flatMap(([name, some]) => {
    const type = typeFor(some);
    return type === undefined ? [] : [newProperty(name, type)];
  });
  if (!info.properties.has(document) && records.some((record) => record.document !== undefined)) {
    made.push({ name: document, dataType: ['text'], tokenization: 'word' });
  }
  const known = new Map([...info.properties, ...made.map((one) => [one.name, one] as const)]);
  if (!info.properties.has(REST) && records.some((record) => leavesRest(record, known, document))) {
    made.push(newProperty(REST, 'text'));
  }
  return made;
}

/** Whether anything in a record is more than these properties hold. */
function leavesRest({ metadata }: VectorRecord, properties: ReadonlyMap<string, Property>, document: string): boolean {
  return Object.entries(metadata).some(([key, value]) => {
    const property = key === document || key === REST ? undefined : properties.get(key);
    return property === undefined || toStored(value, property)?.whole !== true;
  });
}

function newProperty(name: string, type: string): NewProperty {
  const ours = name === REST || name === ENVELOPE;
  if (!type.startsWith('text')) return { name, dataType: [type] };
  // Found as a whole: by words, equality would match a part, and a stop word nothing.
  return { name, dataType: [type], tokenization: 'field', indexSearchable: false, indexFilterable: !ours };
}
