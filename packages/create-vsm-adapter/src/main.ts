#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { createAdapter } from './create.ts';
import { namesOf } from './names.ts';

const USAGE = `Usage: npm create vsm-adapter NAME [FOLDER]

Writes an adapter for the store NAME into FOLDER (vsm-adapter-NAME). It passes the conformance suite at once, over a toy server.
`;

function main(): void {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const [name, given, ...rest] = positionals;
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  if (name === undefined || rest.length > 0) throw new RangeError(USAGE.trim());
  const folder = given ?? `vsm-adapter-${namesOf(name).id}`;
  const files = createAdapter(name, folder);
  process.stdout.write(`Wrote ${files.length} files to ${folder}. Next:

  cd ${folder}
  npm install
  npm test          # all green, over a toy server
  grep -rn TODO .   # in the order in which the suite asks for them
`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
