import { createHash } from 'node:crypto';

const CLASS = /^[A-Z][_0-9A-Za-z]{0,254}$/;
const VECTOR = /^[_A-Za-z][_0-9A-Za-z]{0,229}$/;
const TENANT = /^[A-Za-z0-9_-]{1,64}$/;
/** In front of the tenant of a namespace that Weaviate has no name for. */
const ENCODED = 'vsm-';
const DEFAULT_TENANT = '_default';

/** The class of a collection: its name where that is one, else one that resembles it. The name itself stands in the class's description. */
export function classNameOf(name: string): string {
  const upper = name.slice(0, 1).toUpperCase() + name.slice(1);
  if (CLASS.test(upper)) return upper;
  const plain = upper.replaceAll(/[^_0-9A-Za-z]/g, '_').slice(0, 200);
  return `${/^[A-Z]/.test(plain) ? '' : 'C'}${plain}_${digest(name)}`;
}

/** The same for a vector beside others. */
export function vectorNameOf(name: string): string {
  if (VECTOR.test(name)) return name;
  return `v_${name.replaceAll(/[^_0-9A-Za-z]/g, '_').slice(0, 200)}_${digest(name)}`;
}

const digest = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 8);

/** Whether a namespace is the name of its tenant. */
function isTenant(namespace: string): boolean {
  return TENANT.test(namespace) && !namespace.startsWith(ENCODED) && namespace !== DEFAULT_TENANT;
}

/** `undefined` for a namespace that is too long to be written as a tenant. */
export function tenantOf(namespace: string | undefined): string | undefined {
  if (namespace === undefined || namespace === '') return DEFAULT_TENANT;
  if (isTenant(namespace)) return namespace;
  const encoded = ENCODED + Buffer.from(namespace).toString('base64url');
  return TENANT.test(encoded) && namespaceOf(encoded) === namespace ? encoded : undefined;
}

/** The inverse of {@link tenantOf}. */
export function namespaceOf(tenant: string): string {
  if (tenant === DEFAULT_TENANT) return '';
  if (!tenant.startsWith(ENCODED)) return tenant;
  const text = Buffer.from(tenant.slice(ENCODED.length), 'base64url').toString();
  // Somebody else's tenant may look like one of ours.
  return ENCODED + Buffer.from(text).toString('base64url') === tenant && !isTenant(text) ? text : tenant;
}
