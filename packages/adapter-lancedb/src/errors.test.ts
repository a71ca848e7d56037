import { expect, it } from 'vitest';
import { toVsmError } from './errors.ts';

it('a full disk is told by its folder, with what to do, and is not tried again', () => {
  const cause = new Error('lance error: LanceError(IO): No space left on device (os error 28), /root/.cargo/x.rs:1:2');
  expect(toVsmError(cause, 'write to table "docs"', '/data/db')).toMatchObject({
    code: 'REMOTE_FAILED',
    retryable: false,
    message: expect.stringMatching(/ in \/data\/db: .*No space left on device .*\. Free some space, then start/),
  });
});
