import { readFile } from 'node:fs/promises';
import { checkList, checkNumber, checkObject, checkText, own, VsmError } from '@vsm/core/adapter';

/** What a provider asks for, and where and when that was read. */
export interface ModelPrice {
  readonly model: string;
  readonly perMillionTokens: number;
  /** Such as `USD`. */
  readonly currency: string;
  /** Web address of the page that says so. */
  readonly source: string;
  /** Day on which it was read, such as `2026-07-03`. */
  readonly date: string;
  /** Of the model's vectors, where nothing else is asked for. */
  readonly dimension?: number | undefined;
  /** Of one text. */
  readonly maxTokens?: number | undefined;
}

const OWN = new URL('../prices.json', import.meta.url);

/**
 * Prices of the file, or of the list that comes with this package.
 * @throws VsmError `INVALID_OPTIONS` saying which entry is wrong, and how
 */
export function readPrices(path?: string): Promise<readonly ModelPrice[]> {
  return readList(path, (list) => checkList(own(list, 'models') ?? [], '"models"').map(readPrice));
}

/** What `read` finds in the file, or in the list that comes with this package. */
export async function readList<Found>(
  path: string | undefined,
  read: (list: Readonly<Record<string, unknown>>) => Found,
): Promise<Found> {
  try {
    return read(checkObject(JSON.parse(await readFile(path ?? OWN, 'utf8')) as unknown, 'the file'));
  } catch (cause) {
    const message = `The prices in ${path ?? OWN.pathname} cannot be read: ${(cause as Error).message}.`;
    throw new VsmError('INVALID_OPTIONS', message, { cause });
  }
}

function readPrice(value: unknown): ModelPrice {
  const entry = checkObject(value, 'one of "models"');
  const model = checkText(entry['model'], 'a "model"');
  const number = (name: string): number => checkNumber(own(entry, name), `"${name}" of ${model}`);
  const optional = (name: string): number | undefined => (own(entry, name) === undefined ? undefined : number(name));
  const text = (name: string): string => checkText(own(entry, name), `"${name}" of ${model}`);
  const perMillionTokens = number('perMillionTokens');
  if (perMillionTokens < 0) throw new Error(`"perMillionTokens" of ${model} is ${perMillionTokens}`);
  return {
    model,
    perMillionTokens,
    currency: text('currency'),
    source: text('source'),
    date: text('date'),
    dimension: optional('dimension'),
    maxTokens: optional('maxTokens'),
  };
}

export function costOf(tokens: number, { perMillionTokens }: Pick<ModelPrice, 'perMillionTokens'>): number {
  return (tokens / 1_000_000) * perMillionTokens;
}
