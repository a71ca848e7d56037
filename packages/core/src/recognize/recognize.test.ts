import { describe, expect, it } from 'vitest';
import { namedFields, readingOptionsOf, type ReadingOptions } from './reading-options.ts';
import { recognize } from './recognize.ts';
import type { FieldFacts } from './field-facts.ts';

const sampled = { sampled: 100, present: 100 };
const text = (field: string): FieldFacts => ({ field, shape: 'text', type: 'text', ...sampled });
const numbers = (field: string, length = 384, more: Partial<FieldFacts> = {}): FieldFacts => ({
  field,
  shape: 'numbers',
  type: 'list of floats',
  lengths: { least: length, most: length },
  ...sampled,
  ...more,
});

function roles(facts: readonly FieldFacts[], named: ReadingOptions = {}): Record<string, string> {
  const { readings } = recognize(facts, namedFields(named));
  return Object.fromEntries(
    readings.map(({ field, role, name }) => [field, name === undefined ? role : `${role} ${name}`]),
  );
}

describe('recognition', () => {
  it('believes the store, and gives every field an end', () => {
    const facts: FieldFacts[] = [
      { ...text('key'), declared: 'id' },
      text('id'),
      { ...numbers('v', 3), declared: 'vector' },
      numbers('embedding'),
      text('body'),
    ];
    const { readings, undecided } = recognize(facts, namedFields({}));
    expect(roles(facts)).toEqual({
      key: 'id',
      id: 'metadata',
      v: 'vector v',
      embedding: 'vector embedding',
      body: 'metadata',
    });
    expect(undecided).toEqual([]);
    expect(readings[3]).toMatchObject({
      basis: 'guessed',
      evidence: 'list of floats of 384 in 100 of 100 sampled rows',
    });
  });

  it('takes a list for a vector only where its name or its type says so', () => {
    const facts = [
      text('id'),
      numbers('embedding', 8),
      numbers('token_ids', 17, { whole: true }),
      numbers('hourly_temps', 20),
      numbers('rgb_vec', 3),
    ];
    expect(roles(facts)).toEqual({
      id: 'id',
      embedding: 'vector ',
      token_ids: 'metadata',
      hourly_temps: 'metadata',
      rgb_vec: 'metadata',
    });
    expect(roles([numbers('x', 16, { fixed: true })])).toEqual({ x: 'vector ' });
    expect(roles([numbers('titleEmbedding', 16)])).toEqual({ titleEmbedding: 'vector ' });
  });

  it('stops where two fields could have one role, and where a sample contradicts', () => {
    const two = recognize([text('id'), text('text'), text('content')], namedFields({}));
    expect(two.undecided).toEqual(['"text" and "content" could each be the document: say which with document=text']);
    const ragged = numbers('embedding', 8, { lengths: { least: 8, most: 9 } });
    expect(recognize([ragged], namedFields({})).undecided[0]).toMatch(
      /lists have from 8 to 9 numbers: say vector=embedding/,
    );
    const late = numbers('embedding', 8, { otherShapes: 1 });
    expect(recognize([late], namedFields({})).readings[0]).toMatchObject({ role: 'undecided' });
    expect(recognize([text('id'), late], namedFields({ vector: 'embedding' }))).toMatchObject({
      undecided: [],
      readings: [{ role: 'id' }, { role: 'vector', name: '', basis: 'named' }],
    });
  });

  it('says what came nearest to a vector where there is none', () => {
    const { readings } = recognize([text('id'), text('embedding')], namedFields({}));
    expect(readings[1]).toMatchObject({ role: 'metadata', nearTo: 'vector' });
  });

  it('takes what the user names, refuses a field that is not there, and one in two roles', () => {
    const facts = [text('a'), text('b'), numbers('n', 4), text('raw')];
    const named: ReadingOptions = { id: ['a', 'b'], vector: { small: 'n' }, ignore: ['raw'] };
    expect(roles(facts, named)).toEqual({ a: 'id', b: 'id', n: 'vector small', raw: 'ignored' });
    expect(() => roles(facts, { vector: 'nn' })).toThrow(/no field "nn". Did you mean "n"/);
    expect(() => namedFields({ id: 'a', document: 'a' })).toThrow(/"a" is named as id and as document/);
  });

  it('reads the parameters of a location', () => {
    const parse = (query: string): ReadingOptions => readingOptionsOf(new URLSearchParams(query));
    expect(parse('id=a,b&vector=title:t_vec&vector=body&ignore=x')).toMatchObject({
      id: ['a', 'b'],
      vector: { title: 't_vec', body: 'body' },
      ignore: ['x'],
    });
    expect(parse('vector=embedding')).toMatchObject({ vector: ['embedding'] });
    expect(() => parse('document=a&document=b')).toThrow(/one field only/);
  });
});
