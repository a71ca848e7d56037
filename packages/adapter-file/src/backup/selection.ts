import { parseFilter, type FilterShorthand } from '@vsm/core';
import { stringifyJson, type Filter, type Metadata } from '@vsm/core/adapter';
import { invalidOptions } from './errors.ts';

export interface SelectionOptions {
  /** Only records whose metadata match, such as `{ year: { $gte: 2025 } }`. */
  readonly filter?: FilterShorthand | undefined;
  /** Only these namespaces, `''` being the default one. @default all of them */
  readonly namespaces?: readonly string[] | undefined;
}

/** Which records of a collection a snapshot holds, as it tells of it; absent where it is all of them. */
export interface Selection {
  /** JSON. */
  readonly filter?: string | undefined;
  readonly namespaces?: readonly string[] | undefined;
}

export interface ReadSelection {
  readonly selection: Selection | undefined;
  readonly filter: Filter | undefined;
  readonly namespaces: readonly string[] | undefined;
}

export function readSelection({ filter, namespaces }: SelectionOptions): ReadSelection {
  const names = namespaces === undefined ? undefined : [...new Set(namespaces)].toSorted();
  if (names?.length === 0) throw invalidOptions('"namespaces" is empty. Name one, or leave it out for all.');
  const selection =
    filter === undefined && names === undefined
      ? undefined
      : { filter: filter === undefined ? undefined : stringifyJson(filter as Metadata), namespaces: names };
  return { selection, filter: filter === undefined ? undefined : parseFilter(filter), namespaces: names };
}

/** Snapshots of a collection in one folder are of the same records, so that the latest may stand for all before it. @throws VsmError `INVALID_OPTIONS` */
export function refuseOtherSelection(
  where: string,
  {
    id,
    collection,
    selection: before,
  }: { readonly id: string; readonly collection: string; readonly selection?: Selection | undefined },
  selection: Selection | undefined,
): void {
  if (printSelection(before) === printSelection(selection)) return;
  throw invalidOptions(
    `cannot add ${printSelection(selection)} of "${collection}" to ${where}, whose snapshot ${id} holds ${printSelection(before)}. Name another folder.`,
  );
}

/** For people. */
export function printSelection(selection: Selection | undefined): string {
  if (selection === undefined) return 'all records';
  const { filter, namespaces } = selection;
  const within = namespaces === undefined ? '' : ` in the namespaces ${JSON.stringify(namespaces)}`;
  return `the records${filter === undefined ? '' : ` that match ${filter}`}${within}`;
}
