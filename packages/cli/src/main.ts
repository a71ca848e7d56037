#!/usr/bin/env node
import { createRedactor } from '@vsm/report/redact';
import { endOnCrash } from './crash.ts';
import { runProgram } from './program.ts';

endOnCrash(createRedactor());
const code = await runProgram(process.argv.slice(2));
if (code !== undefined) process.exitCode = code;
