import { expect, it } from 'vitest';
import { toVsmError } from './errors.ts';

it('a full disk is told by its file, with what to do, and is not tried again', () => {
  const cause = Object.assign(new Error('database or disk is full'), { errcode: 13 });
  expect(toVsmError('cannot write to "docs"', cause, '/data/app.db')).toMatchObject({
    code: 'REMOTE_FAILED',
    retryable: false,
    message: expect.stringMatching(
      / in \/data\/app\.db: database or disk is full \(FULL\)\. Free some space, then start/,
    ),
  });
});
