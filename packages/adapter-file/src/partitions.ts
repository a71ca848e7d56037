import { keyBeside, understandFields, type Field, type MetadataValue } from '@vsm/core/adapter';
import type { FileOptions } from './options.ts';
import { once, type PartOfMany } from './read.ts';
import { mergeFields } from './schema.ts';

/** What stands in the name of a folder, as Hive, Spark, DuckDB and pyarrow write data sets: `lang=en/year=2024/data.parquet`. */
export type Partition = readonly (readonly [key: string, text: string | null])[];

/** A folder with a column and its value for a name. */
export const PARTITION_FOLDER: RegExp = /^([^=]+)=(.*)$/;

/** How Hive writes a null. */
const NOTHING = '__HIVE_DEFAULT_PARTITION__';
/** Files whose rows are looked at; the columns of all are. */
const SAMPLED_FILES = 16;

export function partitionOf(path: string): Partition {
  return path.split(/[/\\]/).flatMap((folder) => {
    const [, key, text] = PARTITION_FOLDER.exec(folder) ?? [];
    if (key === undefined || text === undefined || folder.includes('.parquet') || folder.includes('.jsonl')) return [];
    return [[decode(key), text === NOTHING ? null : decode(text)] as const];
  });
}

/** Has files read as one: their fields mean the same in all of them, and what their folders say is a field of each record. */
export function readTogether(
  files: readonly PartOfMany[],
  partitions: readonly Partition[],
  options: FileOptions,
): void {
  const fields = once(async () => {
    const step = Math.max(1, Math.ceil(files.length / SAMPLED_FILES));
    const facts: (readonly Field[])[] = [];
    for (const [at, file] of files.entries()) facts.push(await file.facts(at % step === 0 || at === files.length - 1));
    return mergeFields(facts);
  });
  const named = partitionFields(partitions);
  /** Where a file has a column of that name as well, both are kept. */
  const nameOf = async (): Promise<(key: string) => string> => {
    const taken = new Set((await fields()).map(({ field }) => field));
    return (key) => keyBeside(key, (name) => taken.has(name));
  };
  const understood = once(async () => {
    const name = await nameOf();
    const folders = named.fields.map((field) => ({ ...field, field: name(field.field) }));
    return understandFields([...(await fields()), ...folders], options);
  });
  for (const [at, file] of files.entries()) {
    file.readAs({
      understood,
      constants: once(async () => {
        const name = await nameOf();
        return (partitions[at] ?? []).flatMap(([key, text]) =>
          text === null ? [] : [[name(key), named.value(key, text)] as const],
        );
      }),
      rowsBefore: once(async () => {
        let rows = 0;
        for (const before of files.slice(0, at)) rows += await before.count();
        return rows;
      }),
    });
  }
}

/** The columns that folders are named after: integers where all are. */
function partitionFields(partitions: readonly Partition[]): {
  readonly fields: readonly Field[];
  readonly value: (key: string, text: string) => MetadataValue;
} {
  const texts = new Map<string, string[]>();
  for (const [key, text] of partitions.flat()) if (text !== null) texts.set(key, [...(texts.get(key) ?? []), text]);
  const isInteger = (key: string): boolean =>
    (texts.get(key) ?? []).every((text) => /^(0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)));
  const fields = [...texts].map(([field, values]): Field => ({
    field,
    shape: isInteger(field) ? 'integer' : 'text',
    type: `name of the folder (${field}=${values[0]})`,
    sampled: 0,
    present: 0,
    fieldType: isInteger(field) ? 'integer' : 'string',
  }));
  return { fields, value: (key, text) => (isInteger(key) ? Number(text) : text) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
