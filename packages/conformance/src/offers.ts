import type { ConformanceOptions } from './options.ts';

/** What a harness may offer beside a store: the witnesses of things that a store alone cannot show. */
export const OFFERS = ['raw', 'unreachable', 'secret', 'locations', 'folders', 'givenClient', 'busy', 'rules'] as const;

export type Offer = (typeof OFFERS)[number];

export function isOffered(offer: Offer, options: ConformanceOptions): boolean {
  if (offer === 'folders') return options.locations?.inFolder !== undefined;
  return offer === 'locations' ? options.locations?.of !== undefined : options[offer] !== undefined;
}

/** What the option of an offer is called. */
export const OPTION: Readonly<Record<Offer, string>> = {
  raw: 'raw',
  unreachable: 'unreachable',
  secret: 'secret',
  locations: 'locations.of',
  folders: 'locations.inFolder',
  givenClient: 'givenClient',
  busy: 'busy',
  rules: 'rules',
};
