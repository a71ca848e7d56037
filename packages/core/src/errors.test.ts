import { expect, it } from 'vitest';
import {
  CollectionNotFoundError,
  MigrationError,
  MigrationInterruptedError,
  RemoteError,
  SchemaCompatibilityError,
  UnsupportedError,
  ValidationError,
  VsmError,
} from './errors.ts';

const errors = {
  VsmError: new VsmError('CLOSED', 'closed'),
  RemoteError: new RemoteError('down', { adapter: 'qdrant', retryable: true }),
  UnsupportedError: new UnsupportedError('filter', 'no'),
  MigrationError: new MigrationError('failed'),
  ValidationError: new ValidationError('wrong'),
  CollectionNotFoundError: new CollectionNotFoundError('docs', 'absent'),
  SchemaCompatibilityError: new SchemaCompatibilityError('lossy'),
  MigrationInterruptedError: new MigrationInterruptedError('run', true, 'stopped'),
};
const ofMigration = [
  'ValidationError',
  'CollectionNotFoundError',
  'SchemaCompatibilityError',
  'MigrationInterruptedError',
];

it.each([
  [VsmError, Object.keys(errors)],
  [RemoteError, ['RemoteError']],
  [UnsupportedError, ['UnsupportedError']],
  [MigrationError, ['MigrationError', ...ofMigration]],
  [ValidationError, ['ValidationError']],
  [CollectionNotFoundError, ['CollectionNotFoundError']],
  [SchemaCompatibilityError, ['SchemaCompatibilityError']],
  [MigrationInterruptedError, ['MigrationInterruptedError']],
])('isInstance of $name knows its own errors, and no others', (kind, known) => {
  const named = Object.entries(errors).filter(([, error]) => kind.isInstance(error));
  expect(named.map(([name]) => name)).toEqual(known);
  // As `instanceof` would say in one installed copy.
  expect(named.map(([, error]) => error)).toEqual(Object.values(errors).filter((error) => error instanceof kind));
  expect(kind.isInstance(new Error('VsmError'))).toBe(false);
  expect(kind.isInstance(undefined)).toBe(false);
});
