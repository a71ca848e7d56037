import type { Attributes } from '@opentelemetry/api';
import type { ObservedRun, ObservedStore } from '@vsm/core';

/** Names that the semantic conventions have for what an adapter talks to; a system they do not list goes by its own name. */
const SYSTEMS: ReadonlyMap<string, string> = new Map([['pgvector', 'postgresql']]);

function systemName({ adapter }: ObservedStore): string {
  return SYSTEMS.get(adapter) ?? adapter;
}

/** What the semantic conventions say of a call to a database, without the operation. */
export function databaseAttributes(store: ObservedStore): Attributes {
  const { address, port } = server(store);
  return {
    'db.system.name': systemName(store),
    'db.collection.name': store.collection,
    ...(address !== undefined && { 'server.address': address }),
    ...(port !== undefined && { 'server.port': port }),
  };
}

/** What all metrics of a run have in common. The run's id is not among them: each would be a time series of its own. */
export function runAttributes({ source, target }: Pick<ObservedRun, 'source' | 'target'>): Attributes {
  return {
    'vsm.source.system': systemName(source),
    'vsm.source.collection': source.collection,
    'vsm.target.system': systemName(target),
    'vsm.target.collection': target.collection,
  };
}

/** Both absent where the store is a file, or lives in this process. */
export function server({ location }: ObservedStore): { address: string | undefined; port: number | undefined } {
  const url = location.includes('://') && URL.canParse(location) ? new URL(location) : undefined;
  const address = url?.hostname.replaceAll(/^\[|\]$/g, '');
  return {
    address: address === '' ? undefined : address,
    port: url === undefined || url.port === '' ? undefined : Number(url.port),
  };
}
