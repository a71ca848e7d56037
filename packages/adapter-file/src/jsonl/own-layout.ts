import type { CollectionSchema, FieldLayout } from '@vsm/core/adapter';
import { formOf } from './forms.ts';
import type { LineLayout } from './line-record.ts';

/** How our own lines are read; named vectors are the members of `vectors`. */
const OWN_LAYOUT: FieldLayout = {
  id: ['id'],
  namespace: 'namespace',
  document: 'document',
  uri: 'uri',
  vectors: [],
  fields: [],
  metadata: 'metadata',
};

/** How the lines of a collection of this schema are read. */
export function ownLayout({ vectors: named }: CollectionSchema): LineLayout {
  const vectors = Object.entries(named).map(([name, { kind }]) => ({
    name,
    column: name === '' ? 'vector' : `vectors.${name}`,
    kind,
  }));
  return { layout: { ...OWN_LAYOUT, vectors }, form: formOf([]), nested: new Set(['vectors']) };
}
