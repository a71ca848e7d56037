import { vectorColumns, type CollectionSchema } from '@vsm/core/adapter';
import type { FieldKinds } from './field-kinds.ts';
import { MANIFEST_VERSION, type OwnLayout, type TextColumn } from './manifest.ts';

/** What no name of a column holds: a dot would be taken for nesting. */
const NOT_PLAIN = /[^\p{L}\p{N}_-]/gu;

/** What a pass over all records taught. */
interface Seen {
  readonly kinds: FieldKinds;
  readonly texts: ReadonlySet<TextColumn>;
}

/** The columns of a file that is about to be written. */
export function layoutOf(schema: CollectionSchema, { kinds, texts }: Seen): OwnLayout {
  const vectors = vectorColumns(Object.keys(schema.vectors), NOT_PLAIN);
  const fields = kinds.columns(new Set(Object.values(vectors)));
  return {
    version: MANIFEST_VERSION,
    schema,
    vectors,
    fields,
    texts: [...texts].toSorted(),
    rest: kinds.leavesOthers(fields),
  };
}
