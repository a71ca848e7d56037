import { RemoteError, type VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { BODY_BYTES, sendRecords } from './send-records.ts';

interface Sent {
  readonly points: readonly { readonly id: number; readonly payload: { readonly text: string } }[];
  readonly mark: boolean;
}

function makeRecord(index: number, text: string): VectorRecord {
  return { id: String(index), vectors: { '': [0.5, index] }, metadata: { text } };
}

async function send(
  records: readonly VectorRecord[],
  { mostRecords = 1000, refused = '' }: { mostRecords?: number; refused?: string } = {},
) {
  const bodies: { sent: Sent; size: number; lastId: string }[] = [];
  const result = await sendRecords(records, {
    names: { documentKey: 'document' },
    mostRecords,
    suffix: ',"mark":true',
    async send(body, lastId) {
      const sent = JSON.parse(body.toString()) as Sent;
      if (sent.points.some(({ id }) => String(id) === refused)) {
        throw new RemoteError('no', { adapter: 'qdrant', status: 400, retryable: false });
      }
      bodies.push({ sent, size: body.length, lastId });
    },
  });
  return { result, bodies, points: bodies.flatMap(({ sent }) => sent.points) };
}

const texts = ['', 'plain', 'Zürich', '漢字'.repeat(5000), '😀'.repeat(3000), '"\\\n'];

it('sends every record once and in order, whatever the length of its letters', async () => {
  const records = Array.from({ length: 3000 }, (_, index) => makeRecord(index, texts[index % texts.length] ?? ''));
  const { result, bodies, points } = await send(records, { mostRecords: 500 });
  expect(result).toEqual({ accepted: 3000, rejected: [] });
  expect(points.map(({ id, payload }) => [id, payload.text])).toEqual(
    records.map(({ id, metadata }) => [Number(id), metadata['text']]),
  );
  for (const { sent, size, lastId } of bodies) {
    expect(sent.mark).toBe(true);
    expect(sent.points.length).toBeLessThanOrEqual(500);
    expect(size).toBeLessThanOrEqual(BODY_BYTES);
    expect(lastId).toBe(String(sent.points.at(-1)?.id));
  }
});

it('sends a record that is larger than a body by itself', async () => {
  const large = '漢'.repeat(BODY_BYTES / 3 + 1);
  const { bodies } = await send([makeRecord(1, 'a'), makeRecord(2, large), makeRecord(3, 'b')]);
  expect(bodies.map(({ sent }) => sent.points.map(({ id }) => id))).toEqual([[1], [2], [3]]);
});

it.each(['0', '3', '6'])(
  'names record %s of seven where the server refuses it, and sends the others',
  async (refused) => {
    const records = Array.from({ length: 7 }, (_, index) => makeRecord(index, texts[index % texts.length] ?? ''));
    const { result, points } = await send(records, { refused });
    expect(result).toMatchObject({ accepted: 6, rejected: [{ id: refused, reason: 'refused' }] });
    expect(points.map(({ id }) => String(id))).toEqual(records.map(({ id }) => id).filter((id) => id !== refused));
  },
);
