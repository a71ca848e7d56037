import { createRedactor, printable, type Redactor } from '@vsm/report/redact';
import { EXIT } from './exit-codes.ts';

/** Ends the process on an error that nobody caught. Node would print whatever hangs on it: requests with headers, clients with passwords. */
export function endOf(error: unknown, redactor: Redactor = createRedactor()): never {
  process.stderr.write(`vsm: ${printable(redactor.text(error instanceof Error ? error.message : String(error)))}\n`);
  process.exit(EXIT.failed);
}
