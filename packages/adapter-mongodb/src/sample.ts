import { BSON, type Document, type Sort } from 'mongodb';
import type { Connection } from './client.ts';
import { idElement, type IdForm } from './ids.ts';
import { TYPE } from './bson-values.ts';

/** Documents by which a collection of others is understood: as many of its first ones, and of its last. */
const SAMPLED = 100;

export async function findFirst(connection: Connection, name: string): Promise<Uint8Array[]> {
  const read = (sort: Sort): Promise<Uint8Array[]> =>
    connection.run(
      `look into "${name}"`,
      async () =>
        (await connection
          .collection(name)
          .find({}, { raw: true, sort, limit: SAMPLED })
          .toArray()) as unknown as Uint8Array[],
    );
  const first = await read({ _id: 1 });
  if (first.length < SAMPLED) return first;
  const seen = new Set(first.map(idBytes));
  return [...first, ...(await read({ _id: -1 })).filter((bytes) => !seen.has(idBytes(bytes)))];
}

function idBytes(document: Uint8Array): string {
  const { bytes, type, from, length } = idElement(document);
  return `${type}:${Buffer.from(bytes.subarray(from, from + length)).toString('latin1')}`;
}

/** The types that are among the `_id`s, beside texts. Of numbers one, so that digits mean one thing. */
export async function idForms(connection: Connection, name: string): Promise<IdForm[]> {
  const has = async (filter: Document): Promise<boolean> => {
    const options = { raw: true, projection: { _id: 1 } } as const;
    const found = (await connection.run(`look into "${name}"`, () =>
      connection.collection(name).findOne(filter as never, options),
    )) as Uint8Array | null;
    if (found === null) return false;
    const { bytes, type, from } = idElement(found);
    return type !== TYPE.binary || bytes[from + 4] === BSON.Binary.SUBTYPE_UUID;
  };
  const ofType = (type: string): Promise<boolean> => has({ _id: { $type: type } });
  // One after the other: where there is none of one type, the server goes through all numbers of the others.
  const firstNumber = async (): Promise<IdForm | undefined> => {
    for (const type of ['int', 'long', 'double'] as const) if (await ofType(type)) return type;
    return undefined;
  };
  const [oid, uuid, number] = await Promise.all([ofType('objectId'), ofType('binData'), firstNumber()]);
  return [
    ...(oid ? ['oid' as const] : []),
    ...(uuid ? ['uuid' as const] : []),
    ...(number === undefined ? [] : [number]),
  ];
}
