import { isMetadataObject, own, type Metadata } from '@vsm/core/adapter';

/** The object at an own key; an empty one where there is none. */
export function entriesAt(object: Metadata, key: string): Metadata {
  const value = own(object, key);
  return value !== undefined && isMetadataObject(value) ? value : {};
}
