import { expect, it } from 'vitest';
import { answer, hideQuoted, WITHHELD } from '../src/answers.ts';
import { Confirmations } from '../src/confirmations.ts';

it('hides what stands in quotation marks, unless it was in the request', () => {
  expect(hideQuoted('record "a \\"b\\" c" of "docs" is not there', ['file:./docs.jsonl'])).toBe(
    'record "…" of "docs" is not there',
  );
});

it('leaves out fields that nobody has looked at yet', () => {
  const document = { passed: true, missing: 0, sample: [{ id: 'x' }], latest: 'x' };
  expect(JSON.stringify(answer('verify', document, []))).not.toContain('x"');
  expect(answer('diff', document, [])).toEqual({ passed: true, missing: 0 });
});

it('withholds messages of errors about records', () => {
  const said = (code: string): object => answer('plan', { success: false, error: { code, message: 'id x-1' } }, []);
  expect(said('INVALID_DATA')).toEqual({ success: false, error: { code: 'INVALID_DATA', message: WITHHELD } });
  expect(said('UNAUTHORIZED')).toMatchObject({ error: { message: 'id x-1' } });
});

it('takes a token once, for what it was given for, and not after half an hour', () => {
  let now = 0;
  const confirmations = new Confirmations(() => now);
  const token = confirmations.offer({ kind: 'run', runId: 'r' });
  expect(confirmations.take(token, 'plan')).toBeUndefined();
  expect(confirmations.take(token, 'run')).toEqual({ kind: 'run', runId: 'r' });
  expect(confirmations.take(token, 'run')).toBeUndefined();
  const late = confirmations.offer({ kind: 'run', runId: 'r' });
  now += 31 * 60_000;
  expect(confirmations.take(late, 'run')).toBeUndefined();
});
