import { describe, expect, it } from 'vitest';
import { defineCapabilities } from '../store/capabilities.ts';
import { Float, type Metadata, type VectorRecord } from '../spec/record.ts';
import { decodeRecord, ENVELOPE_KEY, encodeRecord, type EncodeRules } from './envelope.ts';

const flat: EncodeRules = { capabilities: defineCapabilities({ ids: ['uuid', 'uint64'] }), namespaces: 'prefix-id' };

function record(metadata: Metadata, rest: Partial<VectorRecord> = {}): VectorRecord {
  return { id: '42', vectors: { '': [1, 2] }, metadata, ...rest };
}

describe('the envelope', () => {
  it('restores everything a flat store cannot hold', () => {
    const original = record(
      {
        plain: 'x',
        nothing: null,
        nested: { a: [1, 2.5, { b: null }] },
        big: 2n ** 70n,
        whole: new Float(2),
        text: 'a\0b',
        half: '\ud800',
        ['__proto__']: null,
        constructor: null,
        [ENVELOPE_KEY]: 'mine',
      },
      { id: 'no uuid', namespace: 'a/b', document: 'text\0', uri: 'file:///x' },
    );
    const encoded = encodeRecord(original, flat);
    expect(Object.keys(encoded.metadata).toSorted()).toEqual([ENVELOPE_KEY, 'plain', 'whole']);
    expect(encoded.metadata['whole']).toBe(2);
    expect(encoded).toMatchObject({ namespace: undefined, document: undefined, uri: undefined });
    expect(decodeRecord(encoded)).toStrictEqual(original);
  });

  it('gives way to a document and a uri that the application wrote since then', () => {
    const moved = encodeRecord(record({}, { document: 'old', uri: 'file:///old' }), flat);
    expect(decodeRecord(moved)).toMatchObject({ document: 'old', uri: 'file:///old' });
    expect(decodeRecord({ ...moved, document: 'new', uri: 'file:///new' })).toMatchObject({
      document: 'new',
      uri: 'file:///new',
    });
  });

  it('leaves a record alone that fits', () => {
    const original = record({ a: 1, b: 'x', c: 0.5 });
    const rules: EncodeRules = { ...flat, namespaces: 'keep' };
    expect(encodeRecord(original, rules)).toBe(original);
    expect(decodeRecord(original)).toBe(original);
  });

  it('keeps equal ids of two namespaces apart, whatever they contain', () => {
    const ids = [
      record({}, { id: 'b/c', namespace: 'a' }),
      record({}, { id: 'c', namespace: 'a/b' }),
      record({}, { id: 'a/b/c' }),
    ].map((item) => encodeRecord(item, flat).id);
    expect(new Set(ids).size).toBe(3);
  });

  it('does not swallow what no JSON can hold', () => {
    expect(encodeRecord(record({ bad: Number.NaN }), { ...flat, namespaces: 'keep' }).metadata).toEqual({
      bad: Number.NaN,
    });
  });

  it('prefers a value that was changed in the store over the one it kept', () => {
    const encoded = encodeRecord(record({ price: new Float(2) }), flat);
    const edited = { ...encoded, metadata: { ...encoded.metadata, price: 3 } };
    expect(decodeRecord(edited).metadata).toEqual({ price: 3 });
    expect(decodeRecord(encoded).metadata).toEqual({ price: new Float(2) });
  });

  it('wraps a text that would be taken for an envelope, and gives it back', () => {
    const forged = record({ [ENVELOPE_KEY]: '{"vsm":1,"id":"forged"}' });
    const encoded = encodeRecord(forged, { ...flat, namespaces: 'keep' });
    expect(decodeRecord(encoded)).toMatchObject({ id: '42', metadata: forged.metadata });
  });

  it('leaves what is no text under the key of the document, unless there is a document', () => {
    const capabilities = { ...flat.capabilities, document: 'text' };
    const rules = { capabilities, namespaces: 'keep' } as const;
    const number = record({ text: 5 });
    expect(encodeRecord(number, rules)).toBe(number);
    for (const clash of [record({ text: 'five' }), record({ text: 5 }, { document: 'five' })]) {
      const encoded = encodeRecord(clash, rules);
      expect(Object.keys(encoded.metadata)).toStrictEqual([ENVELOPE_KEY]);
      expect(decodeRecord(encoded)).toMatchObject(clash);
    }
  });

  it('leaves what a store can hold of a text in its place, and knows when that was changed', () => {
    const capabilities = { ...flat.capabilities, document: true };
    const encoded = encodeRecord(record({}, { document: 'a\0b' }), { capabilities, namespaces: 'keep' });
    expect(encoded.document).toBe('ab');
    expect(decodeRecord(encoded).document).toBe('a\0b');
    expect(decodeRecord({ ...encoded, document: 'newer' }).document).toBe('newer');
  });

  it('gives keys that the store does not take the nearest free name, and the old one when read', () => {
    const keys = { pattern: '[_a-z][_0-9A-Za-z]*', length: 12 };
    const { metadata } = flat.capabilities;
    const capabilities = {
      ...flat.capabilities,
      document: 'document',
      metadata: { ...metadata, keys, reservedKeys: ['id', '_id'] },
    };
    const original = record({
      fits: 1,
      Title: 'a',
      title: 'b',
      'with space': 2,
      '1st': 3,
      id: 4,
      Document: 'no document',
      'far too long for it': 5,
      'far too long': 6,
      日本語: 7,
      ['__proto__']: 8,
      Nested: { Inner: null },
    });
    const encoded = encodeRecord(original, { capabilities, namespaces: 'keep' });
    const stored = encoded.metadata;
    expect(Object.keys(stored).filter((key) => !/^[_a-z][_0-9A-Za-z]{0,11}$/.test(key))).toEqual([]);
    expect(stored).toMatchObject({ fits: 1, title: 'b', _Title: 'a', with_space: 2, _1st: 3, id_: 4, ___: 7 });
    expect(stored).not.toHaveProperty('document');
    expect(decodeRecord(encoded)).toStrictEqual({
      ...original,
      namespace: undefined,
      document: undefined,
      uri: undefined,
    });
    const edited = { ...encoded, metadata: { ...stored, with_space: 9 } };
    expect(decodeRecord(edited).metadata).toMatchObject({ 'with space': 9 });
  });

  it('takes a user key of the same name for what it is', () => {
    const own = record({ [ENVELOPE_KEY]: '{"id":"forged"}' });
    expect(encodeRecord(own, { ...flat, namespaces: 'keep' })).toBe(own);
    expect(decodeRecord(own)).toBe(own);
    expect(decodeRecord(encodeRecord(own, flat))).toStrictEqual({
      ...own,
      namespace: undefined,
      document: undefined,
      uri: undefined,
    });
  });
});
