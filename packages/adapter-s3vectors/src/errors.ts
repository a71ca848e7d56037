import { connectionFailure, VsmError, type Attempt, type Exceptions } from '@vsm/core/adapter';

/** Where the service's answers mean something else than their status says. */
export const exceptions: Exceptions = ({ status, text }) => {
  // A token of a page that is no longer good is said so in the caller, which knows that it sent one.
  if (status === 403 && /expired/i.test(text)) return { hint: 'the credentials have expired: sign in again' };
  if (status === 403) {
    return {
      hint: 'reading takes s3vectors:ListVectors and s3vectors:GetVectors, writing s3vectors:PutVectors, for this bucket; a clock that is off makes signatures wrong',
    };
  }
  if (status === 402) return { hint: 'a quota of the account is used up' };
  return undefined;
};

/** The error of a call that the SDK gave up before it sent anything. */
export function clientFailure(attempt: Attempt, cause: unknown): VsmError {
  const { adapter, action } = attempt;
  const name = cause instanceof Error ? cause.name : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/Credentials|Token/i.test(name)) {
    const hint = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE';
    return new VsmError('UNAUTHORIZED', `${adapter}: cannot ${action}: ${message}; ${hint}`, { adapter, cause });
  }
  if (/region/i.test(message)) {
    return new VsmError('INVALID_OPTIONS', `${adapter}: cannot ${action}: ${message}; set \`region\` or AWS_REGION`, {
      adapter,
      cause,
    });
  }
  return connectionFailure(attempt, cause);
}
