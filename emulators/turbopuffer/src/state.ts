import type { MetadataValue } from '@vsm/core/adapter';
import type { Namespace } from './namespace.ts';

export type Body = Readonly<Record<string, MetadataValue>>;

export interface State {
  readonly namespaces: Map<string, Namespace>;
}
