import type { Rejection, UpsertResult, VectorRecord } from '@vsm/core/adapter';
import { BODY_BYTES } from './send-records.ts';

export interface BinaryTarget {
  /** Most records that the server takes at once. */
  readonly mostRecords: number;
  /** One point in the binary form, `undefined` where that cannot hold it. */
  readonly encode: (record: VectorRecord) => Uint8Array | undefined;
  /** Whether all of these points were taken. If not, none was. */
  readonly send: (points: readonly Uint8Array[], lastId: string) => Promise<boolean>;
  /** For records that do not fit the binary form, and bodies of which the server does not take all. */
  readonly otherwise: (records: readonly VectorRecord[]) => Promise<UpsertResult>;
}

/** Sends records in bodies of bounded size, the quick way where that works. */
export async function sendBinary(records: readonly VectorRecord[], target: BinaryTarget): Promise<UpsertResult> {
  const rejected: Rejection[] = [];
  let accepted = 0;
  const sendOtherwise = async (some: readonly VectorRecord[]): Promise<void> => {
    if (some.length === 0) return;
    const result = await target.otherwise(some);
    accepted += result.accepted;
    rejected.push(...result.rejected);
  };
  const send = async (body: readonly VectorRecord[], points: readonly Uint8Array[]): Promise<void> => {
    const last = body.at(-1);
    if (last === undefined) return;
    if (await target.send(points, last.id)) accepted += body.length;
    else await sendOtherwise(body);
  };

  const unfit: VectorRecord[] = [];
  let body: VectorRecord[] = [];
  let points: Uint8Array[] = [];
  let bytes = 0;
  for (const record of records) {
    const point = target.encode(record);
    if (point === undefined) {
      unfit.push(record);
      continue;
    }
    if (body.length > 0 && (bytes + point.length > BODY_BYTES || body.length >= target.mostRecords)) {
      await send(body, points);
      [body, points, bytes] = [[], [], 0];
    }
    body.push(record);
    points.push(point);
    bytes += point.length;
  }
  await send(body, points);
  await sendOtherwise(unfit);
  return { accepted, rejected };
}
