import type { NamedFields } from '@vsm/core/adapter';
import type { ClassInfo } from './class.ts';
import type { Client } from './client.ts';
import type { Tenants } from './tenants.ts';

/** What every part of a collection works with. */
export interface CollectionContext {
  readonly name: string;
  readonly client: Client;
  readonly tenants: Tenants;
  readonly fields: NamedFields;
  readonly letServerEmbed: boolean;
  /** The class as it was seen last. */
  readonly info: () => ClassInfo;
  /** Asks for it again. */
  readonly refresh: (signal?: AbortSignal) => Promise<ClassInfo>;
}

/** What a request about one tenant has in its query. */
export function tenantQuery(tenant: string): string {
  return tenant === '' ? '' : `&tenant=${encodeURIComponent(tenant)}`;
}
