import type { Capabilities } from '@vsm/core/adapter';

export function canWrite({ access }: Capabilities): boolean {
  return access === 'read-write';
}

/** Narrows `canWrite` by one more capability. */
export function canWriteAnd(holds: (capabilities: Capabilities) => boolean): (capabilities: Capabilities) => boolean {
  return (capabilities) => canWrite(capabilities) && holds(capabilities);
}
