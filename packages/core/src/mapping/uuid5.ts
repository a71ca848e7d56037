import { createHash } from 'node:crypto';
import { uuidText } from '../spec/uuid.ts';

/** VSM's own name space for ids that a store cannot hold. Never changes: the same id must map to the same UUID in every run. */
const VSM_NAMESPACE = Buffer.from('8f3d0c5e6a4b5d7f9e21c0b7a8d4f613', 'hex');

/** The name-based UUID (RFC 9562, version 5) of a text. */
export function uuid5(name: string): string {
  const hash = createHash('sha1').update(VSM_NAMESPACE).update(name).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return uuidText(hash.toString('hex'));
}
