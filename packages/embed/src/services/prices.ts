import { checkList, checkNumber, checkObject, checkText, own } from '@vsm/core/adapter';
import { readList } from '../prices.ts';

const MEASURED = ['written', 'read', 'scanned', 'stored'] as const;
const COUNTED = ['byte', 'record', 'request', 'byte of all for each request'] as const;
const BOUNDS = ['at least', 'at most'] as const;

/** One thing that a service counts and charges for. */
export interface ServiceMeter {
  /** Such as `write units`. */
  readonly unit: string;
  /** `scanned` is only what is read page by page, and not what is asked for by ids. */
  readonly of: (typeof MEASURED)[number];
  /** `byte of all for each request`: each request counts all that is stored. */
  readonly by: (typeof COUNTED)[number];
  /** Of these make one unit. */
  readonly amount: number;
  /** Units of one request, at the least. */
  readonly least?: number | undefined;
  readonly price: number;
  /** Units that cost so much. */
  readonly for: number;
  /** Where the bill may be lower or higher for reasons that the price list cannot know. */
  readonly bound?: (typeof BOUNDS)[number] | undefined;
}

/** What a service asks for, and where and when that was read. */
export interface ServicePrice {
  /** With plan and region, where prices differ. */
  readonly service: string;
  /** Id of the adapter that reaches it. */
  readonly adapter: string;
  /** Only where the location names this host. */
  readonly host?: string | undefined;
  readonly currency: string;
  readonly meters: readonly ServiceMeter[];
  /** What is charged for, and is not in it. */
  readonly notes: readonly string[];
  /** Web address of the page that says so. */
  readonly source: string;
  /** Day on which it was read, such as `2026-07-03`. */
  readonly date: string;
}

/**
 * Prices of services of the file, or of the list that comes with this package.
 * @throws VsmError `INVALID_OPTIONS` saying which entry is wrong, and how
 */
export function readServicePrices(path?: string): Promise<readonly ServicePrice[]> {
  return readList(path, (list) => checkList(own(list, 'services') ?? [], '"services"').map(readService));
}

function readService(value: unknown): ServicePrice {
  const entry = checkObject(value, 'one of "services"');
  const service = checkText(entry['service'], 'a "service"');
  const text = (name: string): string => checkText(own(entry, name), `"${name}" of ${service}`);
  return {
    service,
    adapter: text('adapter'),
    host: own(entry, 'host') === undefined ? undefined : text('host'),
    currency: text('currency'),
    meters: checkList(own(entry, 'meters'), `"meters" of ${service}`).map((meter) => readMeter(meter, service)),
    notes: checkList(own(entry, 'notes') ?? [], `"notes" of ${service}`).map((note) => checkText(note, 'a note')),
    source: text('source'),
    date: text('date'),
  };
}

function readMeter(value: unknown, service: string): ServiceMeter {
  const entry = checkObject(value, `a meter of ${service}`);
  const unit = checkText(entry['unit'], `a "unit" of ${service}`);
  const number = (name: string): number => checkNumber(own(entry, name), `"${name}" of ${unit} of ${service}`);
  const least = own(entry, 'least') === undefined ? undefined : number('least');
  const [amount, price, count] = [number('amount'), number('price'), number('for')];
  if (!(amount > 0 && count > 0 && price >= 0)) throw new Error(`${unit} of ${service} costs less than nothing`);
  const bound = own(entry, 'bound');
  return {
    unit,
    of: oneOf(MEASURED, own(entry, 'of'), `"of" of ${unit} of ${service}`),
    by: oneOf(COUNTED, own(entry, 'by'), `"by" of ${unit} of ${service}`),
    amount,
    least,
    price,
    for: count,
    bound: bound === undefined ? undefined : oneOf(BOUNDS, bound, `"bound" of ${unit} of ${service}`),
  };
}

function oneOf<Name extends string>(names: readonly Name[], value: unknown, what: string): Name {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw new Error(`${what} is none of ${names.join(', ')}`);
}
