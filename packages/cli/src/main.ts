#!/usr/bin/env node
import { EXIT } from './exit-codes.ts';
import { runProgram } from './program.ts';
import { redact } from './secrets.ts';

// Node would print whatever hangs on the error: requests with their headers, clients with their passwords.
process.on('uncaughtException', (error: unknown) => {
  process.stderr.write(`vsm: ${redact(error instanceof Error ? error.message : String(error))}\n`);
  process.exit(EXIT.failed);
});

const code = await runProgram(process.argv.slice(2));
if (code !== undefined) process.exitCode = code;
