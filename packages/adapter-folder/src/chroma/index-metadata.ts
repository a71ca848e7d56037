import { KeyTable } from '@vsm/core/adapter';
import { damaged } from '../errors.ts';
import { readPickleFile } from '../pickle/read-pickle-file.ts';
import { PickledObject } from '../pickle/values.ts';

/** Which label of the index is whose. */
export interface IndexMetadata {
  readonly labels: KeyTable;
  /** Up to which entry of the queue the index knows; `undefined` where the database says it. */
  readonly sequence: number | undefined;
}

/** Versions of Python pickled an object of this class, those of Rust a dictionary. */
const TYPES: ReadonlySet<string> = new Set(['chromadb.segment.impl.vector.local_persistent_hnsw.PersistentData']);

export function readIndexMetadata(path: string): IndexMetadata {
  const pickled = readPickleFile(path, TYPES);
  const attributes = pickled instanceof PickledObject ? pickled.state : pickled;
  const labelOf = attributes instanceof Map ? attributes.get('id_to_label') : undefined;
  if (!(attributes instanceof Map) || !(labelOf instanceof Map)) throw damaged(path, 'it has no id_to_label');
  const labels = new KeyTable();
  for (const [id, label] of labelOf) {
    if (typeof id !== 'string' || typeof label !== 'number')
      throw damaged(path, 'its id_to_label is not of ids and labels');
    labels.set(id, label);
  }
  const sequence = attributes.get('max_seq_id');
  return { labels, sequence: typeof sequence === 'number' ? sequence : undefined };
}
