import type { Metric } from '@vsm/core';
import { namesOf, type Settings } from './setting.ts';

// Not from core, which would be loaded to print the help.
const METRICS = namesOf<Metric>({
  cosine: true,
  dot: true,
  euclidean: true,
  manhattan: true,
  hamming: true,
  jaccard: true,
});

/** Which records, and what becomes of their metadata. */
export const RECORDS: Pick<
  Settings,
  'source' | 'target' | 'all' | 'filter' | 'namespaces' | 'since' | 'metric' | 'fields' | 'transform'
> = {
  source: { type: 'text', help: 'where the records are: a location, or name:collection of a store', config: true },
  target: { type: 'text', help: 'where they go; without a collection its name is kept', config: true },
  all: { type: 'yes or no', help: 'every migration of the config file', flag: '--all' },

  filter: {
    type: 'object',
    help: 'only records whose metadata match, such as {"year":{"$gte":2025}}',
    flag: '--filter <json>',
    config: true,
  },
  namespaces: {
    type: 'texts',
    help: 'only this namespace; may be repeated',
    flag: '--namespace <name>',
    config: true,
  },
  since: {
    type: 'object',
    help: 'with mode sync: only records whose field is greater than this, as { field, after }',
    config: true,
  },
  metric: {
    type: 'text',
    help: 'compare by this in the target, where the source does not say',
    choices: METRICS,
    flag: '--metric <metric>',
    config: true,
  },
  fields: { type: 'object', help: 'rename, drop, set and cast metadata fields', config: true },
  transform: { type: 'function', help: 'changes a record; must do the same each time', config: true },
};
