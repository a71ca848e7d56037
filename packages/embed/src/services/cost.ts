/** What a metered service charges for a move, before it: units and money, by what the plan foresees. */
import type { SideTraffic } from '@vsm/core';
import type { ServiceMeter, ServicePrice } from './prices.ts';

export interface MeteredCost {
  readonly unit: string;
  readonly units: number;
  readonly cost: number;
  readonly bound: ServiceMeter['bound'];
}

export interface ServiceCost {
  readonly service: string;
  readonly currency: string;
  /** Of the move, once. */
  readonly once: readonly MeteredCost[];
  /** Of what lies there afterwards, each month. */
  readonly monthly: readonly MeteredCost[];
  readonly notes: readonly string[];
  readonly source: string;
  readonly date: string;
}

/** The entry of the list that the store belongs to. */
export function priceOfService(
  { adapter, location }: { readonly adapter: string; readonly location: string },
  prices: readonly ServicePrice[],
): ServicePrice | undefined {
  return prices.find((one) => one.adapter === adapter && (one.host === undefined || location.includes(one.host)));
}

/** @param traffic what the move asks of this side */
export function costOfTraffic(
  { service, currency, meters, notes, source, date }: ServicePrice,
  traffic: SideTraffic,
): ServiceCost {
  const cost = (meter: ServiceMeter): MeteredCost => {
    const units = unitsOf(meter, traffic);
    return { unit: meter.unit, units, cost: (units / meter.for) * meter.price, bound: meter.bound };
  };
  const counted = meters.map((meter) => ({ meter, ...cost(meter) })).filter(({ units }) => units > 0);
  const without = ({ meter: _meter, ...rest }: (typeof counted)[number]): MeteredCost => rest;
  return {
    service,
    currency,
    once: counted.filter(({ meter }) => meter.of !== 'stored').map(without),
    monthly: counted.filter(({ meter }) => meter.of === 'stored').map(without),
    notes,
    source,
    date,
  };
}

function unitsOf({ of, by, amount, least = 0 }: ServiceMeter, traffic: SideTraffic): number {
  const { records, bytes, requests } = measured(of, traffic);
  switch (by) {
    case 'record':
      return Math.ceil(records / amount);
    case 'request':
      return Math.ceil(requests / amount);
    case 'byte':
      return Math.max(bytes / amount, requests * least);
    case 'byte of all for each request':
      return requests * Math.max(traffic.bytesStored / amount, least);
  }
}

function measured(
  of: ServiceMeter['of'],
  { scanned, fetched, written, bytesRead, bytesWritten, readRequests, writeRequests, bytesStored }: SideTraffic,
): { readonly records: number; readonly bytes: number; readonly requests: number } {
  switch (of) {
    case 'written':
      return { records: written, bytes: bytesWritten, requests: writeRequests };
    case 'read':
      return { records: scanned + fetched, bytes: bytesRead, requests: readRequests };
    case 'scanned':
      return { records: scanned, bytes: scanned === 0 ? 0 : bytesRead, requests: scanned === 0 ? 0 : readRequests };
    case 'stored':
      return { records: 0, bytes: bytesStored, requests: 0 };
  }
}
