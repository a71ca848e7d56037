import { printable, type Redactor } from '@vsm/report/redact';
import { EXIT } from './exit-codes.ts';

/** Ends the process on an error that nobody caught. Node would print whatever hangs on it: requests with headers, clients with passwords. */
export function endOnCrash(redactor: Redactor): void {
  // In front of an earlier one, which knew fewer secrets.
  process.prependListener('uncaughtException', (error: unknown) => {
    process.stderr.write(`vsm: ${printable(redactor.text(error instanceof Error ? error.message : String(error)))}\n`);
    process.exit(EXIT.failed);
  });
}
