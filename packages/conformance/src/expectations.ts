import { VsmError, type VsmErrorCode } from '@vsm/core/adapter';

/** The store did not do what the case expects. Any other error is one that the store raised itself. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

export function expectThat(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ExpectationError(message);
}

/** Compares by printed value: for numbers, strings and plain lists and objects of them. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (printWhole(actual) !== printWhole(expected)) {
    throw new ExpectationError(`${what}: expected ${print(expected)}, but got ${print(actual)}`);
  }
}

/** The action must be refused with a `VsmError` of this code. */
export async function expectRefusal(
  action: () => Promise<unknown>,
  code: VsmErrorCode,
  what: string,
): Promise<VsmError> {
  const outcome = await outcomeOf(action);
  if ('value' in outcome) throw new ExpectationError(`${what}: expected ${code}, but it went through`);
  const { error } = outcome;
  if (!VsmError.isInstance(error)) {
    throw new ExpectationError(`${what}: expected a VsmError ${code}, but got ${describeError(error)}`, {
      cause: error,
    });
  }
  if (error.code !== code) {
    throw new ExpectationError(`${what}: expected ${code}, but got ${error.code}: ${error.message}`, { cause: error });
  }
  return error;
}

async function outcomeOf(action: () => Promise<unknown>): Promise<{ value: unknown } | { error: unknown }> {
  try {
    return { value: await action() };
  } catch (error) {
    return { error };
  }
}

export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** One line that shows a value with its types; keys sorted, long values cut. */
export function print(value: unknown): string {
  const text = printWhole(value);
  return text.length <= 300 ? text : `${text.slice(0, 300)}… (${text.length} characters)`;
}

function printWhole(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(printWhole).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const prototype: unknown = Object.getPrototypeOf(value);
    // A Map or a Date must not pass for the plain object that it becomes in JSON.
    if (prototype !== Object.prototype && prototype !== null)
      return `${value.constructor.name} ${JSON.stringify(value)}`;
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{${entries
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}: ${printWhole(item)}`)
      .join(', ')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
