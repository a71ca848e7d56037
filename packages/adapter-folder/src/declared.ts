import type { FieldReading, FieldRole } from '@vsm/core/adapter';

/** A part of a record whose place the format itself fixes. */
export function declared(field: string, role: FieldRole, evidence: string, name?: string): FieldReading {
  return { field, role, basis: 'declared', evidence, ...(name !== undefined && { name }) };
}
