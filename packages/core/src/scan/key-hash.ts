import { hash } from 'node:crypto';

/** Parts of one hash of the key of a record: `bucket` has none of the 64 bits of the others. */
export function keyHash(key: string): { bucket: number; rest: bigint; high: number; low: number } {
  const digest = hash('sha1', key, 'buffer');
  const [high, low] = [digest.readUInt32BE(2), digest.readUInt32BE(6)];
  return { bucket: digest.readUInt16BE(0), rest: digest.readBigUInt64BE(2), high, low };
}
