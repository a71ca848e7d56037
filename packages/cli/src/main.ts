#!/usr/bin/env node
import { runProgram } from './program.ts';
import { boundYoungHeap } from './young-heap.ts';

boundYoungHeap();
// Until a command runs, which knows more secrets and has an end of its own.
process.on('uncaughtException', (error) => void import('./crash.ts').then(({ endOf }) => endOf(error)));
const code = await runProgram(process.argv.slice(2));
if (code !== undefined) process.exitCode = code;
