/** What metered services charge for a move, where one of its sides is such a service. */
import type { Traffic } from '@vsm/core';
import type * as Embed from '@vsm/embed';
import type { MeteredCost, ServiceCost } from '@vsm/embed';
import { line } from '@vsm/report/redact';
import { count } from '@vsm/report/text';
import type { Job } from './jobs.ts';
import { loadEmbed } from './load-embed.ts';
import { loadBeside } from './load-module.ts';

export interface MoveCosts {
  readonly source?: ServiceCost | undefined;
  readonly target?: ServiceCost | undefined;
}

/**
 * `undefined` where nothing of it is charged for, or no price list is installed.
 * @throws VsmError for prices that were given, where nothing is installed that reads them
 */
export async function costsOf(
  { source, target }: Pick<Job, 'source' | 'target'>,
  traffic: Traffic | undefined,
  prices: string | undefined,
): Promise<MoveCosts | undefined> {
  if (traffic === undefined) return undefined;
  const embed = prices === undefined ? await loadBeside<typeof Embed>('@vsm/embed') : await loadEmbed('--embed-prices');
  if (embed === undefined) return undefined;
  const list = await embed.readServicePrices(prices);
  const side = (name: 'source' | 'target'): ServiceCost | undefined => {
    const price = embed.priceOfService((name === 'source' ? source : target).store, list);
    return price && embed.costOfTraffic(price, traffic[name]);
  };
  const costs = { source: side('source'), target: side('target') };
  return costs.source === undefined && costs.target === undefined ? undefined : costs;
}

export function costLines(costs: MoveCosts | undefined): string[] {
  return (['source', 'target'] as const).flatMap((side) => {
    const cost = costs?.[side];
    return cost === undefined ? [] : sideLines(side, cost);
  });
}

function sideLines(side: string, { service, currency, once, monthly, notes, source, date }: ServiceCost): string[] {
  const sum = (list: readonly MeteredCost[]): string => {
    const [bound] = list.flatMap((one) => one.bound ?? []);
    const total = list.reduce((all, one) => all + one.cost, 0);
    return `${bound === undefined ? '' : `${bound} `}${total.toFixed(total < 1 ? 4 : 2)} ${currency}`;
  };
  const units = (list: readonly MeteredCost[]): string =>
    list
      .map(({ unit, units: number }) => `${number < 100 ? Number(number.toPrecision(3)) : count(number)} ${unit}`)
      .join(', ');
  const charged = once.length === 0 ? 'nothing that the list has a price for' : `${sum(once)}, for ${units(once)}`;
  return [
    line`  cost of the ${side}: ${charged} (${service}; ${source}, ${date})`,
    ...(monthly.length === 0 ? [] : [line`  cost of the ${side} each month: ${sum(monthly)}, for ${units(monthly)}`]),
    ...notes.map((note) => line`  note: ${service}: ${note}`),
  ];
}
