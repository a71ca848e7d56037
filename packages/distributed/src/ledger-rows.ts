import { VsmError } from '@vsm/core';
import { addPage, noPages, parseKept, type ScanPart } from '@vsm/core/engine';
import { UNTOUCHED, type Rules } from './items.ts';
import type { Ledger } from './ledger.ts';
import type { FleetHeader, ItemRow, ItemSums, RunRow, Timings, Wave } from './model.ts';
import type { LedgerStorage } from './storage.ts';

/** The space that lists the runs. */
export const RUNS = '$runs';
/** The space of the paces of targets. */
export const PACES = '$paces';

const padded = (number: number): string => String(number).padStart(9, '0');
export const itemKey = (wave: Wave, item: number): string => `item:${wave}:${padded(item)}`;
export const partsKey = (item: number): string => `parts:${padded(item)}`;
export const resultKey = (wave: Wave, item: number): string => `result:${wave}:${padded(item)}`;
/** Of all appends, or of one of `wave`: those of the copy need no name. */
export const rejectedKey = (item: number, seq?: number, wave: Wave = 'copy'): string =>
  `rejected:${padded(item)}:${wave === 'copy' ? '' : `${wave}:`}${seq === undefined ? '' : padded(seq)}`;
export const HASHES = 'hashes:';
export const hashesKey = (item: number, seq: number): string => `${HASHES}${padded(item)}:${padded(seq)}`;

export type Read = (key: string) => string | undefined;

/** Sums of the copy over all items, with what `finish` found of them. */
export async function copySums({ items }: Pick<Ledger, 'items'>, runId: string): Promise<ItemSums> {
  const sums: ItemSums = { ...noPages(), bytes: 0 };
  for (const wave of ['copy', 'finish'] as const) {
    for await (const [, row] of items(runId, wave)) {
      addPage(sums, row.sums);
      sums.bytes += row.sums.bytes;
    }
  }
  return sums;
}

/** The rows of a ledger by what they are. */
export class LedgerRows {
  readonly storage: LedgerStorage;
  readonly timings: Timings;
  readonly rules: Rules;

  constructor(storage: LedgerStorage, timings: Timings, rules: Rules) {
    this.storage = storage;
    this.timings = timings;
    this.rules = rules;
  }

  /** @throws VsmError `NOT_FOUND` */
  async header(runId: string): Promise<FleetHeader> {
    const text = await this.one(runId, 'header');
    if (text === undefined) throw unknownRun(runId);
    return parseKept(text) as FleetHeader;
  }

  /** @throws VsmError `NOT_FOUND` */
  async run(runId: string): Promise<RunRow> {
    const text = await this.one(runId, 'run');
    return runOf(() => text, runId);
  }

  async *items(runId: string, wave: Wave): AsyncGenerator<readonly [number, ItemRow], void, void> {
    for await (const [key, text] of this.storage.list(runId, `item:${wave}:`)) {
      yield [Number(key.slice(key.lastIndexOf(':') + 1)), itemOf(text)];
    }
  }

  /** The items of the wave that are open, those that nobody has taken yet included. */
  async open(runId: string, run: RunRow): Promise<ReadonlyMap<number, ItemRow>> {
    const open = new Map(Array.from({ length: run.items }, (_, item) => [item, UNTOUCHED] as const));
    for await (const [item, row] of this.items(runId, run.wave)) {
      if (row.status === 'open') open.set(item, row);
      else open.delete(item);
    }
    return open;
  }

  async parts(runId: string, item: number): Promise<readonly ScanPart[]> {
    return partsOf(await this.one(runId, partsKey(item)));
  }

  async one(space: string, key: string): Promise<string | undefined> {
    return (await this.storage.read(space, [key])).get(key);
  }

  /** By the ledger's clock, in milliseconds. */
  now(): Promise<number> {
    return this.storage.transact(PACES, { locked: [] }, (_, now) => ({ result: now }));
  }
}

export function runOf(read: Read, runId: string): RunRow {
  const text = read('run');
  if (text === undefined) throw unknownRun(runId);
  return JSON.parse(text) as RunRow;
}

export function partsOf(text: string | undefined): readonly ScanPart[] {
  return parseKept(text ?? '[]') as readonly ScanPart[];
}

export function itemOf(text: string | undefined): ItemRow {
  return text === undefined ? UNTOUCHED : (JSON.parse(text) as ItemRow);
}

function unknownRun(runId: string): VsmError {
  return new VsmError(
    'NOT_FOUND',
    `There is no run "${runId}" in this ledger. Runs are listed by: vsm runs --run-dir URL`,
  );
}
